import { expect, test } from 'vitest';
import { type Identify, identifyBy } from './message.ts';

const raw = { headers: {}, body: null };
const otherwise = { id: 'a', type: 'A' };

test.each<[string, () => unknown, string]>([
  [
    'throws',
    () => {
      throw new RangeError('no');
    },
    'RangeError: no',
  ],
  ['answers nothing', () => undefined, 'TypeError'],
  ['answers what is no text', () => ({ id: Object.create(null) as unknown, type: 'A' }), 'TypeError'],
])('an identify that %s is told in a sentence', (_, identify, sentence) => {
  const identified = (): unknown => identifyBy(identify as Identify, raw, otherwise);
  expect(identified).toThrow(
    expect.objectContaining({ code: 'EDDY_SCENARIO', message: expect.stringContaining(sentence) }),
  );
});

test('without one the message says what it is, else its cause does', () => {
  expect(identifyBy(undefined, { headers: { messageId: 'm' }, body: { type: 'B' } }, otherwise)).toEqual({
    id: 'm',
    type: 'B',
  });
  expect(identifyBy(undefined, raw, otherwise)).toEqual(otherwise);
});
