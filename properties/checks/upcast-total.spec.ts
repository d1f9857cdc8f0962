import { describe, expect, test } from 'vitest';
import { es, type Happening, judged, shown, type Told } from './history.fixture.ts';
import { upcastTotal } from './upcast-total.ts';

/** Events of schema 1 say nothing of how much; a state of schema 2 says its schema. */
const sum = {
  initial: () => ({ schema: 2, sum: 0 }),
  apply: ({ sum }: { sum: number }, { event }: Happening) => ({ schema: 2, sum: sum + (event.by ?? 1) }),
};
const stored = es.appended.by(({ event }) => (event.by === undefined ? '1' : '2'));
const states = es.snapshotted.by(({ state }) => String((state as { schema?: number }).schema ?? 1));
const check = upcastTotal(stored, sum, { current: '2', states });

const old = (told: Told, stream: string, version: number): number => told.appended(stream, version);
const schema = (sum: number) => ({ schema: 2, sum });

describe('fails', () => {
  test('when a state leaves out what was stored under an old schema', () => {
    const verdict = judged(check, (told) => {
      told.appended('acc', 1, 5);
      old(told, 'acc', 2);
      told.appended('acc', 3, 5);
      told.snapshotted('acc', 3, schema(10));
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'snapshot saved to es: version 3 of "acc" is {"schema":2,"sum":10}, expected {"schema":2,"sum":11}, the fold of its events',
    });
    expect(shown(verdict)).toEqual([1, 2, 3]);
  });

  test('when a state was made from a snapshot of an old schema', () => {
    const verdict = judged(check, (told) => {
      told.appended('acc', 1, 5);
      told.snapshotted('acc', 1, { cents: 5 });
      told.appended('acc', 2, 5);
      told.snapshotted('acc', 2, schema(5));
      told.snapshotted('acc', 2, schema(6));
    });
    expect(shown(verdict)).toEqual([1, 2, 3]);
  });

  test('when an event of an old schema stops the fold', () => {
    const strict = {
      initial: () => 0,
      apply: (sum: number, { event }: Happening): number => {
        if (event.by === undefined) throw new TypeError('no amount');
        return sum + event.by;
      },
    };
    const verdict = judged(upcastTotal(stored, strict, { current: '2', name: 'mine' }), (told) => {
      told.appended('acc', 1, 5);
      told.appended('acc', 2, 5);
      old(told, 'other', 1);
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'event appended to es: "other" does not fold: TypeError: no amount',
    });
    expect(shown(verdict)).toEqual([2]);
  });
});

describe('passes', () => {
  test('when states of the current schema hold all; those of another are not judged', () => {
    const verdict = judged(check, (told) => {
      old(told, 'acc', 1);
      told.snapshotted('acc', 1, { cents: 99 });
      told.appended('acc', 2, 5);
      told.snapshotted('acc', 2, schema(6));
      told.snapshotted('acc', 1, schema(1));
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 3 });
  });

  test('when older events fold, though no state was made where two schemas meet', () => {
    const verdict = judged(check, (told) => {
      old(told, 'other', 1);
      told.appended('acc', 1, 5);
      told.snapshotted('acc', 1, schema(9));
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });

  test('without states, when each event folds', () => {
    const verdict = judged(upcastTotal(stored, sum, { current: '2' }), (told) => {
      old(told, 'acc', 1);
      told.appended('acc', 2, 5);
      old(told, 'other', 1);
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 2 });
  });
});

describe('says unknown', () => {
  test('when nothing but the current schema is there: what is wrong there is R2', () => {
    const verdict = judged(check, (told) => {
      told.appended('acc', 1, 5);
      told.snapshotted('acc', 1, schema(9));
    });
    expect(verdict).toEqual({
      verdict: 'unknown',
      why: 'no event appended to es of another schema than 2 with a key in this run',
    });
  });

  test('when nothing of an old schema was stored', () => {
    const verdict = judged(upcastTotal(stored, sum, { current: '2' }), (told) => told.appended('acc', 1, 5));
    expect(verdict).toEqual({
      verdict: 'unknown',
      why: 'no event appended to es of another schema than 2 with a key in this run',
    });
  });
});
