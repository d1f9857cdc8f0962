import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BadRequest, type HttpRequestBytes, Requests } from './requests.ts';
import { responseBytes } from './responses.ts';

/** All requests in these bytes, however they are cut. */
function read(...parts: readonly string[]): HttpRequestBytes[] {
  const requests = new Requests();
  const all: HttpRequestBytes[] = [];
  for (const part of parts) {
    requests.push(Buffer.from(part));
    for (let next = requests.next(); next; next = requests.next()) all.push(next);
  }
  return all;
}

const told = ({ method, target, body }: HttpRequestBytes): string => `${method} ${target} ${body.toString()}`;

const TWO =
  'POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nX-Twice: 1\r\nx-twice:  2 \r\n\r\nhello' +
  'PUT /d HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\none\r\nA\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n' +
  'GET / HTTP/1.1\r\n\r\n';

test('requests are read, by length, in chunks, without a body', () => {
  const all = read(TWO);
  expect(all.map(told)).toEqual(['POST /a?b=c hello', 'PUT /d one0123456789', 'GET / ']);
  expect(all[0]?.headers).toEqual({ host: 'x', 'content-length': '5', 'x-twice': '1, 2' });
});

test('however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(TWO.length), { maxLength: 12 }), (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), TWO.length];
      const parts = at.slice(1).map((end, n) => TWO.slice(at[n], end));
      expect(read(...parts).map(told)).toEqual(read(TWO).map(told));
    }),
  );
});

test('who waits to be told that it may go on is told once', () => {
  const requests = new Requests();
  requests.push(Buffer.from('PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n'));
  expect([requests.next(), requests.isAsked, requests.isAsked]).toEqual([undefined, true, false]);
  requests.push(Buffer.from('ok'));
  expect(requests.next()?.body.toString()).toBe('ok');
});

describe('what is no request is refused', () => {
  test.each([
    ['nonsense\r\n\r\n'],
    ['GET / HTTP/2\r\n\r\n'],
    ['GET / HTTP/1.1\r\nno field\r\n\r\n'],
    ['GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n'],
    ['PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n'],
    ['x'.repeat(70_000)],
  ])('%j', (text) => {
    expect(() => read(text)).toThrow(BadRequest);
  });
});

test('any bytes are read or refused, and nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const requests = new Requests();
      requests.push(bytes);
      try {
        requests.next();
      } catch (error) {
        expect(error).toBeInstanceOf(BadRequest);
      }
    }),
  );
});

test('responses: JSON, text, no body, an answer to HEAD', () => {
  const text = (...args: Parameters<typeof responseBytes>): string => responseBytes(...args).toString();
  expect(text({ status: 201, headers: { 'X-Id': '1' }, body: { a: 1 } }, 'POST')).toBe(
    'HTTP/1.1 201 Created\r\ncontent-type: application/json\r\nx-id: 1\r\ncontent-length: 7\r\n\r\n{"a":1}',
  );
  expect(text({ body: 'ä' }, 'GET')).toMatch(/text\/plain.*content-length: 2\r\n\r\nä$/s);
  expect(text({ status: 204 }, 'GET')).toBe('HTTP/1.1 204 No Content\r\n\r\n');
  expect(text({ body: 'ab' }, 'HEAD')).toMatch(/content-length: 2\r\n\r\n$/);
});
