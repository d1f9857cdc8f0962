import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EddyError } from '../sim/errors.ts';
import { readCount, readKinds, readNumber, readSeed, readStrategy, readTime, readWorkers } from './options.ts';

describe('options', () => {
  test('seeds are whole numbers, or drawn', () => {
    expect(readSeed('42')).toBe(42);
    expect(readSeed('-3')).toBe(-3);
    expect(readSeed('-0')).toBe(0);
    expect(readSeed(undefined)).toBe(undefined);
    expect(Number.isSafeInteger(readSeed('random'))).toBe(true);
  });

  test('times have a unit', () => {
    expect(readTime('500ms')).toBe(500);
    expect(readTime('1.5s')).toBe(1500);
    expect(readTime('5m')).toBe(300_000);
    expect(readTime('1h')).toBe(3_600_000);
  });

  test('kinds are read in one order, each once', () => {
    expect(readKinds('hold, crash,crash')).toEqual(['crash', 'hold']);
  });

  test.each([
    [() => readSeed('1.5'), '--seed 1.5: a seed is a whole number'],
    [() => readSeed('99999999999999999999'), 'a whole number'],
    [() => readSeed(''), 'a whole number'],
    [() => readCount('--runs', '-1'), '--runs -1: give a whole number from 1'],
    [() => readCount('--runs', '1.5'), 'give a whole number'],
    [() => readWorkers('0'), '--workers 0: give a whole number from 1 to 256'],
    [() => readWorkers('257'), '--workers 257: give a whole number from 1 to 256'],
    [() => readNumber('--pairs', 'x'), '--pairs x: give a whole number from 0 to'],
    [() => readTime('30'), '--time 30: give a number with its unit'],
    [() => readTime('0s'), '--time 0s'],
    [() => readTime('99999999h'), 'up to a week'],
    [() => readStrategy('swam'), 'did you mean "swarm"?'],
    [() => readKinds('crash,crsh'), '"crsh" is no kind of fault; did you mean "crash"?'],
    [() => readKinds(''), '"" is no kind of fault'],
    [() => readKinds('rebalances'), '"rebalances" is no kind of fault'],
  ])('a wrong one gets a sentence (%#)', (read, sentence) => {
    expect(read).toThrow(sentence);
  });

  test('any text is read, or refused with a sentence', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const read of [readSeed, readTime, readStrategy, readKinds, (one: string) => readCount('--runs', one)]) {
          try {
            read(text);
          } catch (error) {
            if (!(error instanceof EddyError)) throw error;
          }
        }
      }),
    );
  });
});
