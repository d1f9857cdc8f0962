import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../property.ts';
import { checkpointAtomic } from './checkpoint-atomic.ts';
import { db, es, judged, shown, Told } from './history.fixture.ts';

/** The view keeps a row for each event; the checkpoint is a row that names the last one. */
const log = es.appended.by(({ stream, version }) => `${stream}@${version}`);
const view = db.table.t;
const points = db.table.other;
const written = [points.inserted, points.updated].map((each) => each.by(({ of }) => of));
const check = checkpointAtomic(log, [view.inserted.by(({ of }) => of)], written, { reset: view.deleted });

const event = (n: number): string => `acc@${n}`;
const views = (told: Told, n: number, process = 'reader/0'): number =>
  told.row('inserted', { id: `v${n}`, of: event(n) }, { process });
const sets = (told: Told, n: number, process = 'reader/0'): number =>
  told.row('updated', { id: 'c', of: event(n) }, { table: 'other', process });
const appends = (told: Told, count: number): void => {
  for (let n = 1; n <= count; n++) told.appended('acc', n);
};
const ended = (told: Told, outcome = 'quiet'): number => told.record('world', 'ended', { outcome });

describe('fails', () => {
  test('when its process dies with an effect that the checkpoint does not cover', () => {
    const verdict = judged(check, (told) => {
      appends(told, 2);
      views(told, 1);
      sets(told, 1);
      views(told, 2);
      told.crashed('reader/0');
      ended(told);
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'the effect of "acc@2" is there, but the checkpoint does not cover it',
    });
    expect(shown(verdict)).toEqual([3, 4, 5]);
  });

  test('when its process dies with a checkpoint whose effect is not there', () => {
    const verdict = judged(check, (told) => {
      appends(told, 3);
      views(told, 1);
      sets(told, 2);
      told.crashed('reader/0');
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'the checkpoint covers "acc@2", whose effect is not there',
    });
    expect(shown(verdict)).toEqual([4, 5]);
  });

  test('when there is no checkpoint at all', () => {
    const verdict = judged(check, (told) => {
      appends(told, 1);
      views(told, 1);
      told.crashed('reader/0');
    });
    expect(shown(verdict)).toEqual([1, 2]);
  });

  test('at the end too, and of whatever process', () => {
    const tell = (outcome: string) =>
      judged(check, (told) => {
        appends(told, 1);
        views(told, 1, 'reader/1');
        ended(told, outcome);
      }).verdict;
    expect([tell('quiet'), tell('stuck'), tell('bound')]).toEqual(['fail', 'fail', 'pass']);
  });

  test('at once when an effect is made twice', () => {
    const verdict = judged(check, (told) => {
      appends(told, 2);
      views(told, 1);
      views(told, 2);
      views(told, 1);
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'row inserted into db.t: the effect of "acc@1" was made twice',
    });
    expect(shown(verdict)).toEqual([2, 4]);
  });

  test('when the checkpoint was set back and the view was not emptied', () => {
    const verdict = judged(check, (told) => {
      appends(told, 1);
      views(told, 1);
      sets(told, 1);
      told.row('updated', { id: 'c', of: 'the beginning' }, { table: 'other' });
      ended(told);
    });
    expect(shown(verdict)).toEqual([3, 1, 4]);
  });

  test('when the view was emptied and the checkpoint was not set back', () => {
    const verdict = judged(check, (told) => {
      appends(told, 2);
      views(told, 1);
      sets(told, 1);
      told.row('deleted', { id: 'v1', of: event(1) }, { process: 'reader/1' });
      told.crashed('reader/1');
    });
    expect(shown(verdict)).toEqual([3, 5]);
  });

  test('when what lies beyond the checkpoint was done first', () => {
    const verdict = judged(check, (told) => {
      appends(told, 2);
      views(told, 2);
      views(told, 1);
      sets(told, 1);
      ended(told);
    });
    expect(shown(verdict)).toEqual([4, 2, 5]);
  });
});

describe('passes', () => {
  test('when each effect goes with its checkpoint, whoever dies between', () => {
    const verdict = judged(check, (told) => {
      appends(told, 3);
      views(told, 1);
      sets(told, 1);
      told.crashed('reader/0');
      views(told, 2, 'reader/0.2');
      told.crashed('other/0');
      sets(told, 2, 'reader/0.2');
      told.crashed('reader/0.2');
      ended(told);
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 2 });
  });

  test('when one checkpoint covers several', () => {
    const verdict = judged(check, (told) => {
      appends(told, 3);
      views(told, 2);
      views(told, 1);
      told.row('inserted', { id: 'c', of: event(2) }, { table: 'other' });
      ended(told);
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 2 });
  });

  test('when the view is emptied with its checkpoint, and built again', () => {
    const verdict = judged(check, (told) => {
      appends(told, 2);
      views(told, 1);
      sets(told, 1);
      told.row('deleted', { id: 'v1', of: event(1) });
      told.row('updated', { id: 'c', of: 'the beginning' }, { table: 'other' });
      told.crashed('reader/0');
      views(told, 1);
      views(told, 2);
      sets(told, 2);
      ended(told);
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 3 });
  });

  test('an event that changes nothing needs no effect, and what is no event takes no part', () => {
    const picky = checkpointAtomic(log, [view.inserted.by(({ of }) => of)], written, {
      affects: ({ version }) => version !== 2,
      name: 'mine',
    });
    const tell = (told: Told): void => {
      appends(told, 2);
      told.appended('acc', 1);
      views(told, 1);
      views(told, 9);
      sets(told, 2);
      ended(told);
    };
    expect(judged(picky, tell)).toEqual({ verdict: 'pass', exercised: 1 });
    expect(judged(check, tell).verdict).toBe('fail');
    expect(picky).toMatchObject({ id: 'C2', name: 'mine' });
  });

  test.each([
    ['two rows of one transaction are one effect', {}, 'pass'],
    ['those of another time are two', { timeUs: 999 }, 'fail'],
    ['those of another process are two', { process: 'reader/1' }, 'fail'],
    ['those of another delivery are two', { causes: [8] }, 'fail'],
  ])('%s', (_, differing, expected) => {
    const [told, fold] = [new Told(), check.start()];
    appends(told, 1);
    told.row('inserted', { id: 'v1', of: event(1) }, { causes: [7] });
    sets(told, 1);
    ended(told);
    const [one, two, ...rest] = told.entries as [Entry, Entry, ...Entry[]];
    for (const entry of [one, two, { ...two, ...differing }, ...rest]) fold.see(entry);
    expect(fold.end().verdict).toBe(expected);
  });
});

test('says unknown when there was no effect', () => {
  expect(judged(check, (told) => appends(told, 1))).toEqual({
    verdict: 'unknown',
    why: 'no effect of an event with a key in this run',
  });
});

test('fails exactly when somebody goes on from a checkpoint that does not say what was done', () => {
  const step = fc.constantFrom('view', 'point', 'crash');
  fc.assert(
    fc.property(fc.array(step, { maxLength: 10 }), (steps) => {
      let [viewed, pointed] = [0, 0];
      let isWrong = false;
      const verdict = judged(check, (told) => {
        appends(told, 10);
        for (const each of steps) {
          if (each === 'view') views(told, ++viewed);
          else if (each === 'point') sets(told, ++pointed);
          else told.crashed('reader/0');
          if (each === 'crash') isWrong ||= viewed !== pointed;
        }
        ended(told);
        isWrong ||= viewed !== pointed;
      });
      expect(verdict.verdict).toBe(isWrong ? 'fail' : viewed > 0 ? 'pass' : 'unknown');
    }),
  );
});
