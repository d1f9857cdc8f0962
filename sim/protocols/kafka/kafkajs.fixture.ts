/**
 * kafkajs' own encoders and decoders against the codec, for every version that kafkajs offers: its requests are to be the very
 * bytes that the codec writes, and are read as that; it is to read from the codec's responses what was put in.
 */
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import type { Api } from './api.ts';
import { writeRequest } from './client.ts';
import { type OpenedRequest, openRequest, readBody, writeResponse } from './requests.ts';

type Encoded = { readonly buffer: Buffer };

interface Exchange {
  readonly request: { readonly apiVersion: number; encode(): Promise<Encoded> };
  readonly response: { decode(bytes: Buffer): Promise<Decoded> };
}

type Decoded = Record<string, unknown>;

interface Definition {
  readonly versions: readonly string[];
  protocol(o: { version: number }): (args: object) => Exchange;
}

const load = createRequire(import.meta.url);
const { requests } = load('kafkajs/src/protocol/requests') as { requests: Record<string, Definition> };
const keys = load('kafkajs/src/protocol/requests/apiKeys') as Record<string, number>;
const createRequest = load('kafkajs/src/protocol/request') as (o: object) => Promise<Encoded>;

export interface Case<Request, Response> {
  readonly api: Api<Request, Response>;
  /** As kafkajs calls it, where it has a name of its own. */
  readonly name?: string;
  /** What kafkajs is told to ask. */
  readonly args: object;
  /** What it asks then; fields that a version does not have are left out of it. */
  readonly request: (version: number) => Request;
  readonly response: (version: number) => Response;
  /** What kafkajs makes of it; older versions may know less. */
  readonly decoded: (version: number) => object;
  /** Bytes at the end that kafkajs does not look at. */
  readonly unread?: number;
}

export const THROTTLE_MS = 7;
const SIZE_BYTES = 4;
const CORRELATION_BYTES = 4;

/** By key, what kafkajs asks a broker for. */
export function versionsOfKafkajs(): Record<string, number[]> {
  const asked = Object.entries(requests).filter(([, { versions }]) => versions.length > 0);
  return Object.fromEntries(asked.map(([name, { versions }]) => [keys[name], versions.map(Number)]));
}

export function agreesWithKafkajs<Request, Response>(c: Case<Request, Response>): void {
  const definition = requests[c.name ?? c.api.name] as Definition;
  const exchangeOf = (version: number): Exchange => definition.protocol({ version })(c.args);
  const versions = definition.versions.map(Number);

  test.each(versions)(`${c.api.name} v%i: the request of kafkajs`, async (version) => {
    const header = { apiKey: c.api.key, apiVersion: version, correlationId: 77, clientId: 'client' };
    const { buffer } = await createRequest({ ...header, request: exchangeOf(version).request });
    expect(buffer.toString('hex')).toBe(writeRequest(c.api, header, c.request(version)).toString('hex'));

    const opened = openRequest(buffer.subarray(SIZE_BYTES)) as OpenedRequest;
    expect(opened).toMatchObject({ kind: 'request', header });
    const read = readBody(c.api, opened) as { value: Request };
    // Written again it is the same: each field was read as what it was written from.
    expect(writeRequest(c.api, header, read.value).toString('hex')).toBe(buffer.toString('hex'));
  });

  test.each(versions)(`${c.api.name} v%i: kafkajs reads the response`, async (version) => {
    const header = { apiKey: c.api.key, apiVersion: version, correlationId: 77, clientId: null };
    const { decode } = exchangeOf(version).response;
    const payload = writeResponse(c.api, header, c.response(version)).subarray(SIZE_BYTES + CORRELATION_BYTES);
    const { throttleTime, clientSideThrottleTime, ...rest } = await decode(payload);
    expect([THROTTLE_MS, undefined]).toContain(rest['throttleTimeMs'] ?? clientSideThrottleTime ?? throttleTime);
    expect(plain(c.decoded(version))).toMatchObject(plain(rest) as object);

    const cut = await decode(payload.subarray(0, -1 - (c.unread ?? 0))).catch((error: unknown) => ({ error }));
    expect(plain(cut)).not.toEqual(plain({ throttleTime, clientSideThrottleTime, ...rest }));
  });
}

const UNSEEN = ['crc', 'size', 'error'];

/** Plain data, without what kafkajs notes and has not read or makes of it. */
function plain(value: unknown): unknown {
  const shown = (name: string, part: unknown): unknown => {
    if (UNSEEN.includes(name)) return undefined;
    return typeof part === 'bigint' ? String(part) : part;
  };
  return JSON.parse(JSON.stringify(value, shown));
}
