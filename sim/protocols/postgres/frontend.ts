/** What the endpoint reads of the client's messages: names, SQL, settings. The rest goes to the engine as it is. */
import { type Frame, Malformed } from './frames.ts';

const CANCEL = 80_877_102;
const SSL = 80_877_103;
const GSS = 80_877_104;

/** What a connection begins with. */
export type Opening =
  | { readonly what: 'startup'; readonly settings: ReadonlyMap<string, string> }
  | { readonly what: 'encryption' }
  | { readonly what: 'cancel' };

/** @throws Malformed */
export function readOpening({ body }: Frame): Opening {
  const code = new DataView(body.buffer, body.byteOffset, body.byteLength).getInt32(0);
  if (code === SSL || code === GSS) return { what: 'encryption' };
  if (code === CANCEL) return { what: 'cancel' };
  if (code >>> 16 !== 3) throw new Malformed(`unsupported frontend protocol ${code >>> 16}.${code & 0xffff}`);
  const reader = new Reader(body.subarray(4));
  const settings = new Map<string, string>();
  for (let name = reader.text(); name !== ''; name = reader.text()) settings.set(name, reader.text());
  return { what: 'startup', settings };
}

/** A message after the startup. */
export type Asked =
  | { readonly what: 'query'; readonly sql: string }
  | { readonly what: 'parse'; readonly statement: string; readonly sql: string; readonly rest: Uint8Array }
  | { readonly what: 'bind'; readonly portal: string; readonly statement: string; readonly rest: Uint8Array }
  | { readonly what: 'describe' | 'close'; readonly of: 'S' | 'P'; readonly name: string }
  | { readonly what: 'execute'; readonly portal: string }
  | { readonly what: 'sync' | 'flush' | 'terminate' | 'copyData' | 'copyDone' | 'copyFail' };

const EMPTY = { S: 'sync', H: 'flush', X: 'terminate', c: 'copyDone' } as const;

/** @throws Malformed */
export function readAsked({ type, body }: Frame): Asked {
  const reader = new Reader(body);
  switch (type) {
    case 'Q':
      return { what: 'query', sql: reader.lastText() };
    case 'P':
      return { what: 'parse', statement: reader.text(), sql: reader.text(), rest: reader.rest() };
    case 'B':
      return { what: 'bind', portal: reader.text(), statement: reader.text(), rest: reader.rest() };
    case 'D':
    case 'C': {
      const of = reader.letter();
      if (of !== 'S' && of !== 'P') throw new Malformed(`invalid ${type === 'D' ? 'DESCRIBE' : 'CLOSE'} message`);
      return { what: type === 'D' ? 'describe' : 'close', of, name: reader.lastText() };
    }
    case 'E':
      return { what: 'execute', portal: reader.text() };
    case 'd':
      return { what: 'copyData' };
    case 'f':
      return { what: 'copyFail' };
    case 'S':
    case 'H':
    case 'X':
    case 'c':
      if (body.length > 0) throw new Malformed('invalid message format');
      return { what: EMPTY[type] };
    default:
      throw new Malformed(`invalid frontend message type ${type.charCodeAt(0)}`);
  }
}

class Reader {
  #at = 0;

  constructor(readonly body: Uint8Array) {}

  letter(): string {
    if (this.#at >= this.body.length) throw new Malformed('insufficient data left in message');
    return String.fromCharCode(this.body[this.#at++] as number);
  }

  /** Up to the next zero. */
  text(): string {
    const end = this.body.indexOf(0, this.#at);
    if (end < 0) throw new Malformed('invalid string in message');
    const text = Buffer.from(this.body.buffer, this.body.byteOffset + this.#at, end - this.#at).toString('utf8');
    this.#at = end + 1;
    return text;
  }

  /** A text with nothing behind it. */
  lastText(): string {
    const text = this.text();
    if (this.#at !== this.body.length) throw new Malformed('invalid message format');
    return text;
  }

  rest(): Uint8Array {
    return this.body.subarray(this.#at);
  }
}
