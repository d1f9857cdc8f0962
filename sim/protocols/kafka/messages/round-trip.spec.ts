import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Api, formOf } from '../api.ts';
import { APIS } from '../apis.ts';
import { readResponse, writeRequest } from '../client.ts';
import { type OpenedRequest, openRequest, readBody, writeResponse } from '../requests.ts';
import { valueArb } from './round-trip.fixture.ts';

const SIZE_BYTES = 4;

const every = APIS.flatMap((api) =>
  Array.from({ length: api.versions.max - api.versions.min + 1 }, (_, n) => ({ api, version: api.versions.min + n })),
);

const headerArb = (api: Api<unknown, unknown>, apiVersion: number) =>
  fc.record({
    apiKey: fc.constant(api.key),
    apiVersion: fc.constant(apiVersion),
    correlationId: fc.integer(),
    clientId: fc.option(fc.string({ unit: 'grapheme', maxLength: 8 }), { nil: null }),
  });

test.each(every)('$api.name v$version: requests and responses come back as they were', ({ api, version }) => {
  const form = formOf(api, version);
  fc.assert(
    fc.property(
      headerArb(api, version),
      valueArb(api.request, form),
      valueArb(api.response, form),
      (header, request, response) => {
        const opened = openRequest(writeRequest(api, header, request).subarray(SIZE_BYTES)) as OpenedRequest;
        expect(opened).toMatchObject({ kind: 'request', api, header });
        expect(readBody(api, opened)).toEqual({ value: request });

        const answer = writeResponse(api, header, response).subarray(SIZE_BYTES);
        const { correlationId } = header;
        expect(readResponse(api, version, answer)).toEqual({ value: { correlationId, body: response } });
      },
    ),
    { numRuns: 12 },
  );
});

test('a request that is cut is refused, wherever', () => {
  fc.assert(
    fc.property(fc.constantFrom(...every), fc.gen(), ({ api, version }, gen) => {
      const header = gen(headerArb, api, version);
      const body = gen(valueArb, api.request, formOf(api, version));
      const whole = writeRequest(api, header, body).subarray(SIZE_BYTES);
      const opened = openRequest(whole.subarray(0, gen(fc.nat, whole.length - 1)));
      if (opened.kind === 'request') expect(readBody(api, opened)).toHaveProperty('refused');
      else expect(opened).toMatchObject({ kind: 'refused', why: 'malformed' });
    }),
    { numRuns: 500 },
  );
});

test('arbitrary bytes are read or refused, in every version', () => {
  fc.assert(
    fc.property(fc.constantFrom(...every), fc.uint8Array({ maxLength: 120 }), ({ api, version }, bytes) => {
      const body = Buffer.from(bytes);
      const header = { apiKey: api.key, apiVersion: version, correlationId: 0, clientId: null };
      const read = readBody(api, { kind: 'request', api, header, body });
      expect('value' in read || read.refused.length > 0).toBe(true);
      expect(['request', 'refused', 'unsupportedApiVersions']).toContain(openRequest(body).kind);
      readResponse(api, version, body);
    }),
    { numRuns: 3000 },
  );
});

test('a byte that differs is read or refused', () => {
  fc.assert(
    fc.property(fc.constantFrom(...every), fc.gen(), ({ api, version }, gen) => {
      const header = gen(headerArb, api, version);
      const whole = writeRequest(api, header, gen(valueArb, api.request, formOf(api, version))).subarray(SIZE_BYTES);
      const changed = Buffer.from(whole);
      changed[gen(fc.nat, changed.length - 1)] = gen(fc.nat, 255);
      const opened = openRequest(changed);
      if (opened.kind === 'request') readBody(opened.api, opened);
    }),
    { numRuns: 1000 },
  );
});
