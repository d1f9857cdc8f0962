import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { es, type Happening, judged, shown, type Told } from './history.fixture.ts';
import { snapshotEquivalence } from './snapshot-equivalence.ts';

const sum = {
  initial: () => ({ sum: 0 }),
  apply: ({ sum }: { sum: number }, { event }: Happening) => ({ sum: sum + (event.by ?? 0) }),
};
const check = snapshotEquivalence(es.appended, es.snapshotted, sum);

const appends = (told: Told, ...by: number[]): void => by.forEach((each, n) => told.appended('acc', n + 1, each));

describe('fails', () => {
  test('when a snapshot is not the fold of the events up to its version', () => {
    const verdict = judged(check, (told) => {
      appends(told, 1, 2, 4);
      told.snapshotted('acc', 2, { sum: 3 });
      told.snapshotted('acc', 2, { sum: 7 });
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'snapshot saved to es: version 2 of "acc" is {"sum":7}, expected {"sum":3}, the fold of its events',
    });
    expect(shown(verdict)).toEqual([1, 4]);
  });

  test('when it bears a version that the stream has not', () => {
    const tell = (stream: string) =>
      judged(check, (told) => {
        appends(told, 1);
        told.snapshotted(stream, 2, { sum: 1 });
      });
    expect(tell('acc')).toMatchObject({
      says: 'snapshot saved to es: version 2 of "acc" is {"sum":1}, but the stream has no such version',
    });
    expect(shown(tell('other'))).toEqual([1]);
  });

  test('when the events do not fold', () => {
    const strict = {
      initial: () => 0,
      apply: (_: number, { version }: Happening): number => {
        if (version === 2) throw new RangeError('no');
        return version;
      },
    };
    const verdict = judged(snapshotEquivalence(es.appended, es.snapshotted, strict), (told) => {
      appends(told, 1, 1, 1);
      told.snapshotted('acc', 1, 1);
      told.snapshotted('acc', 3, 3);
    });
    expect(verdict).toMatchObject({ says: expect.stringContaining('do not fold: RangeError: no') as string });
    expect(shown(verdict)).toEqual([1, 4]);
  });
});

describe('passes', () => {
  test('when each is the fold of its own stream, in whatever order they come', () => {
    const verdict = judged(check, (told) => {
      appends(told, 1, 2);
      told.appended('other', 1, 9);
      told.snapshotted('acc', 2, { sum: 3 });
      told.snapshotted('acc', 1, { sum: 1 });
      told.snapshotted('other', 1, { sum: 9 });
      told.appended('acc', 3, 4);
      told.snapshotted('acc', 3, { sum: 7 });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 4 });
  });

  test('with a fold that changes what it is given', () => {
    const mutating = {
      initial: () => ({ list: [] as number[] }),
      apply: (state: { list: number[] }, { version }: Happening) => {
        state.list.push(version);
        return state;
      },
    };
    const verdict = judged(snapshotEquivalence(es.appended, es.snapshotted, mutating, { name: 'mine' }), (told) => {
      appends(told, 1, 1, 1);
      told.appended('other', 1, 1);
      told.snapshotted('acc', 2, { list: [1, 2] });
      told.snapshotted('acc', 1, { list: [1] });
      told.snapshotted('acc', 3, { list: [1, 2, 3] });
      told.snapshotted('other', 1, { list: [1] });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 4 });
  });
});

test('says unknown when there was no snapshot', () => {
  expect(judged(check, (told) => appends(told, 1))).toEqual({
    verdict: 'unknown',
    why: 'no snapshot saved to es in this run',
  });
});

test('fails exactly when one of the snapshots is off', () => {
  const snapshot = fc.record({ version: fc.integer({ min: 1, max: 6 }), off: fc.constantFrom(0, 0, 0, 1) });
  fc.assert(
    fc.property(fc.array(fc.nat(9), { minLength: 6, maxLength: 6 }), fc.array(snapshot), (by, snapshots) => {
      const verdict = judged(check, (told) => {
        appends(told, ...by);
        for (const { version, off } of snapshots) {
          const upTo = by.slice(0, version).reduce((all, each) => all + each, 0);
          told.snapshotted('acc', version, { sum: upTo + off });
        }
      });
      const isOff = snapshots.some(({ off }) => off > 0);
      expect(verdict.verdict).toBe(isOff ? 'fail' : snapshots.length > 0 ? 'pass' : 'unknown');
    }),
  );
});
