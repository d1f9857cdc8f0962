/** What stands before each request and response. Source: RequestHeader.json, ResponseHeader.json, KIP-482. */
import { type Api, formOf } from './api.ts';
import type { ByteReader } from './bytes/reader.ts';
import type { ByteWriter } from './bytes/writer.ts';
import { apiVersions } from './messages/api-versions.ts';
import { readValue } from './schema/read.ts';
import { type Form, int16, int32, nullable, string, struct, type Type } from './schema/types.ts';
import { writeValue } from './schema/write.ts';

export interface RequestHeader {
  readonly apiKey: number;
  readonly apiVersion: number;
  /** The client's number for the request; its response carries it. */
  readonly correlationId: number;
  readonly clientId: string | null;
}

interface Target {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly correlationId: number;
}

const target: Type<Target> = struct<Target>({ apiKey: int16, apiVersion: int16, correlationId: int32 });
const clientId = nullable(string);
const tagsAlone = struct<Record<never, never>>({});
const PLAIN: Form = { version: 0, isFlexible: false };
const FLEXIBLE: Form = { version: 0, isFlexible: true };

/** What all versions of the header begin with. @throws Malformed */
export function readTarget(reader: ByteReader): Target {
  return readValue(target, reader, PLAIN);
}

/** The rest of header v1, or v2 for flexible versions; v0 was that of one request between brokers. @throws Malformed */
export function readClientId(api: Api<unknown, unknown>, apiVersion: number, reader: ByteReader): string | null {
  // The client's id keeps its two bytes of length in v2: brokers that know v1 alone can read it.
  const id = readValue(clientId, reader, PLAIN);
  if (formOf(api, apiVersion).isFlexible) readValue(tagsAlone, reader, FLEXIBLE);
  return id;
}

export function writeRequestHeader(api: Api<unknown, unknown>, header: RequestHeader, writer: ByteWriter): void {
  writeValue(target, header, writer, PLAIN);
  writeValue(clientId, header.clientId, writer, PLAIN);
  if (formOf(api, header.apiVersion).isFlexible) writeValue(tagsAlone, {}, writer, FLEXIBLE);
}

/** The response of ApiVersions has header v0 always: its client may not know yet what the broker speaks. Source: KIP-511. */
function hasTags(api: Api<unknown, unknown>, apiVersion: number): boolean {
  return formOf(api, apiVersion).isFlexible && api.key !== apiVersions.key;
}

export function writeResponseHeader(
  api: Api<unknown, unknown>,
  { apiVersion, correlationId }: RequestHeader,
  writer: ByteWriter,
): void {
  writer.int32(correlationId);
  if (hasTags(api, apiVersion)) writeValue(tagsAlone, {}, writer, FLEXIBLE);
}

/** The correlation id. @throws Malformed */
export function readResponseHeader(api: Api<unknown, unknown>, apiVersion: number, reader: ByteReader): number {
  const correlationId = reader.int32();
  if (hasTags(api, apiVersion)) readValue(tagsAlone, reader, FLEXIBLE);
  return correlationId;
}
