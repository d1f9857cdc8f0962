import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { card, db, judged, shown, type Told } from './history.fixture.ts';
import { silentReplay } from './silent-replay.ts';

const marks = db.table.other;
const check = silentReplay(
  card.applied('charge').by(({ key }) => key),
  { begins: marks.inserted, ends: marks.updated },
);

const begins = (told: Told, process = 'reader/0'): number =>
  told.row('inserted', { id: 'r', of: 'x' }, { table: 'other', process });
const ends = (told: Told, process = 'reader/0'): number =>
  told.row('updated', { id: 'r', of: 'x' }, { table: 'other', process });

describe('fails', () => {
  test('when a rebuild makes an effect again', () => {
    const verdict = judged(check, (told) => {
      told.applied('e1');
      told.applied('e2');
      begins(told);
      told.row('inserted', { id: 'e1', of: 'x' });
      told.applied('e1');
      told.applied('e2');
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'call of card.charge applied: a rebuild made it again for "e1"',
    });
    expect(shown(verdict)).toEqual([0, 2, 4]);
  });

  test('when the second rebuild does, and when its mark comes more than once', () => {
    const verdict = judged(check, (told) => {
      begins(told);
      ends(told);
      begins(told);
      told.applied('e1');
      ends(told);
      begins(told);
      begins(told);
      told.applied('e1');
    });
    expect(shown(verdict)).toEqual([3, 5, 7]);
  });

  test('another process that ends its own rebuild, or dies, ends none here', () => {
    const verdict = judged(check, (told) => {
      told.applied('e1');
      begins(told);
      begins(told, 'reader/1');
      ends(told, 'reader/1');
      told.crashed('reader/1');
      told.applied('e1');
    });
    expect(shown(verdict)).toEqual([0, 1, 5]);
  });
});

describe('passes', () => {
  test('when a rebuild makes none', () => {
    const verdict = judged(check, (told) => {
      told.applied('e1');
      begins(told);
      told.called('e1');
      ends(told);
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });

  test('with an effect that had not happened before, with one after it, and with one of another process', () => {
    const verdict = judged(check, (told) => {
      told.applied('e1');
      begins(told);
      told.applied('e2');
      told.applied('e2');
      told.applied('e1', { process: 'reactor/0' });
      ends(told);
      told.applied('e1');
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });

  test('when the mark is such an effect itself', () => {
    const itself = silentReplay(
      marks.inserted.by(({ id }) => id),
      { begins: marks.inserted, ends: marks.updated },
    );
    const verdict = judged(itself, (told) => {
      for (const id of ['a', 'b', 'b']) told.row('inserted', { id, of: 'x' }, { table: 'other' });
      ends(told);
      for (const id of ['c', 'c']) told.row('inserted', { id, of: 'x' }, { table: 'other' });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });

  test('when the rebuild ended by the death of its process', () => {
    const verdict = judged(check, (told) => {
      told.applied('e1');
      begins(told);
      told.crashed('reader/0');
      told.applied('e1');
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });
});

test('says unknown when nothing was rebuilt, or nothing had happened before', () => {
  const why = 'no row inserted into db.other after any call of card.charge applied with a key in this run';
  expect(judged(check, (told) => [1, 2].forEach(() => told.applied('e1')))).toEqual({ verdict: 'unknown', why });
  const early = judged(check, (told) => {
    begins(told);
    told.applied('e1');
    told.applied('e1');
  });
  expect(early).toEqual({ verdict: 'unknown', why });
});

test('fails exactly when an effect comes again between the marks', () => {
  const step = fc.constantFrom('begins', 'ends', 'e1', 'e2');
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const verdict = judged(check, (told) => {
        for (const each of steps) {
          if (each === 'begins') begins(told);
          else if (each === 'ends') ends(told);
          else told.applied(each);
        }
      });
      const isWrong = steps.some((each, n) => {
        if (each === 'begins' || each === 'ends') return false;
        const ended = steps.lastIndexOf('ends', n);
        const begun = steps.findIndex((other, at) => at > ended && at < n && other === 'begins');
        return begun >= 0 && steps.indexOf(each) < begun;
      });
      expect(verdict.verdict === 'fail').toBe(isWrong);
    }),
    { numRuns: 500 },
  );
});
