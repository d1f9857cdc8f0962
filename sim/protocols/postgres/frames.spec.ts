import fc from 'fast-check';
import { expect, test } from 'vitest';
import { int32, joined, message, text } from './bytes.ts';
import { type Frame, Frames, Malformed } from './frames.ts';
import { readAsked, readOpening } from './frontend.ts';

function startup(...settings: readonly string[]): Uint8Array {
  const body = joined([int32(196_608), ...settings.map(text), new Uint8Array(1)]);
  return joined([int32(body.length + 4), body]);
}

/** What comes of bytes in these pieces: messages, in words, or that they are malformed. */
function heard(pieces: readonly Uint8Array[]): string[] {
  const frames = new Frames();
  const all: string[] = [];
  let isOpen = false;
  const take = (frame: Frame): void => {
    if (isOpen)
      all.push(JSON.stringify(readAsked(frame), (key, value: unknown) => (key === 'rest' ? undefined : value)));
    else {
      const opening = readOpening(frame);
      isOpen = opening.what === 'startup';
      if (isOpen) frames.started();
      all.push(opening.what);
    }
  };
  try {
    for (const piece of pieces) {
      frames.push(piece);
      for (let frame = frames.next(); frame; frame = frames.next()) take(frame);
    }
  } catch (error) {
    expect(error).toBeInstanceOf(Malformed);
    all.push('malformed');
  }
  return all;
}

const CALM = joined([
  joined([int32(8), int32(80_877_103)]),
  startup('user', 'me', 'database', 'db'),
  message('P', text('name'), text('select $1'), new Uint8Array(2)),
  message('B', text(''), text('name'), new Uint8Array(6)),
  message('D', text('Pportal')),
  message('E', text(''), int32(0)),
  message('S'),
  message('Q', text('select 1')),
  message('X'),
]);

const TOLD = [
  'encryption',
  'startup',
  '{"what":"parse","statement":"name","sql":"select $1"}',
  '{"what":"bind","portal":"","statement":"name"}',
  '{"what":"describe","of":"P","name":"portal"}',
  '{"what":"execute","portal":""}',
  '{"what":"sync"}',
  '{"what":"query","sql":"select 1"}',
  '{"what":"terminate"}',
];

test('messages are the same in whatever pieces they come', () => {
  expect(heard([CALM])).toEqual(TOLD);
  fc.assert(
    fc.property(fc.array(fc.nat(CALM.length), { maxLength: 20 }), (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), CALM.length];
      expect(heard(at.slice(1).map((to, n) => CALM.slice(at[n], to)))).toEqual(TOLD);
    }),
  );
});

test('any bytes are messages or malformed, never another error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, afterStartup) => {
      heard(afterStartup ? [startup('user', 'me'), bytes] : [bytes]);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['a length that is too small', joined([new Uint8Array([81]), int32(3)])],
  ['a length beyond all reason', joined([new Uint8Array([81]), int32(0x7fffffff)])],
  ['a type that is none', message('?')],
  ['a text that does not end', joined([new Uint8Array([81]), int32(6), new Uint8Array([65, 66])])],
  ['something behind a query', message('Q', text('a'), text('b'))],
  ['a Describe of nothing', message('D', text('Xname'))],
])('%s is malformed', (_, bytes) => {
  expect(heard([startup('user', 'me'), bytes])).toEqual(['startup', 'malformed']);
});

test.each([
  ['protocol 2', joined([int32(8), int32(131_072)])],
  ['a startup that is too long', int32(20_000)],
  ['settings that do not end', joined([int32(10), int32(196_608), new Uint8Array([65, 66])])],
])('%s is malformed', (_, bytes) => {
  expect(heard([joined([bytes, new Uint8Array(4)])])).toEqual(['malformed']);
});
