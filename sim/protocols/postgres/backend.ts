/** The server's messages: those that the endpoint writes itself, and what it reads of the engine's. */
import { encode, int16, int32, joined, message, text } from './bytes.ts';

/** No transaction, within one, within one that has failed. */
export type Status = 'I' | 'T' | 'E';

export interface ServerError {
  readonly severity?: 'ERROR' | 'FATAL';
  /** SQLSTATE. */
  readonly code: string;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
}

export function ready(status: Status): Uint8Array {
  return message('Z', encode(status));
}

export function complete(tag: string): Uint8Array {
  return message('C', text(tag));
}

export function errorResponse({ severity = 'ERROR', code, message: says, detail, hint }: ServerError): Uint8Array {
  const fields: [string, string | undefined][] = [
    ['S', severity],
    ['V', severity],
    ['C', code],
    ['M', says],
    ['D', detail],
    ['H', hint],
  ];
  const written = fields.flatMap(([field, value]) => (value === undefined ? [] : [text(`${field}${value}`)]));
  return message('E', ...written, new Uint8Array(1));
}

export function notification(pid: number, channel: string, payload: string): Uint8Array {
  return message('A', int32(pid), text(channel), text(payload));
}

/** The answer to COPY ... FROM STDIN; how many columns there are is not told. */
export function copyIn(): Uint8Array {
  return message('G', new Uint8Array(1), int16(0));
}

/** What a server tells whoever has connected; it asks for no password. */
export function greeting(parameters: readonly (readonly [name: string, value: string])[], pid: number): Uint8Array {
  return joined([
    message('R', int32(0)),
    ...parameters.map(([name, value]) => message('S', text(name), text(value))),
    message('K', int32(pid), int32(pid)),
    ready('I'),
  ]);
}

/** A message of the engine. */
export interface Told {
  readonly type: string;
  readonly bytes: Uint8Array;
}

export function* toldIn(bytes: Uint8Array): Generator<Told> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 5 <= bytes.length; ) {
    const end = at + 1 + view.getInt32(at + 1);
    yield { type: String.fromCharCode(bytes[at] as number), bytes: bytes.subarray(at, end) };
    at = end;
  }
}

/** The texts of a message, the first of which begins at `from`. */
export function textsIn({ bytes }: Told, from = 5): string[] {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, bytes.length - from)
    .toString('utf8')
    .split('\0')
    .slice(0, -1);
}

/** SQLSTATE of an ErrorResponse. */
export function codeOf(told: Told): string {
  return (
    textsIn(told)
      .find((field) => field.startsWith('C'))
      ?.slice(1) ?? 'XX000'
  );
}

/** The status that a ReadyForQuery tells. */
export function statusOf({ bytes }: Told): Status {
  return String.fromCharCode(bytes[5] as number) as Status;
}
