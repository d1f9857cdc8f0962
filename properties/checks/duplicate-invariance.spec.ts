import { describe, expect, test } from 'vitest';
import { duplicateInvariance } from './duplicate-invariance.ts';
import { db, judged, type Row, shown, Told } from './history.fixture.ts';

const check = duplicateInvariance(db.table.t);
const row = (id: string, n: number): Row => ({ id, of: 'x', n });

/** Compares two histories. */
function compared(run: (told: Told) => void, twin: (told: Told) => void, property = check) {
  const [mine, others] = [new Told(), new Told()];
  run(mine);
  twin(others);
  return property.compare(mine.entries, others.entries);
}

describe('the premise', () => {
  test('passes on when something was delivered twice', () => {
    const verdict = judged(check, (told) => {
      for (const id of ['m1', 'm2', 'm1', 'm1']) told.delivered(id);
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 2 });
  });

  test('is unknown when nothing was delivered, or nothing twice', () => {
    expect(judged(check, () => {})).toEqual({ verdict: 'unknown', why: 'nothing was delivered' });
    expect(
      judged(check, (told) => {
        for (const id of ['m1', 'm2']) told.published(id);
        told.delivered('m1');
        told.acked('m1');
        told.delivered('m2');
      }),
    ).toEqual({ verdict: 'unknown', why: 'nothing was delivered twice' });
  });

  test('the twin keeps the poison', () => {
    expect([...check.keeps]).toEqual(['poison']);
  });
});

describe('the comparison fails', () => {
  test('when a row differs', () => {
    const verdict = compared(
      (told) => {
        told.row('inserted', row('a', 1));
        told.row('updated', row('a', 2));
      },
      (told) => told.row('inserted', row('a', 1)),
    );
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'db.t: row "a" is {"id":"a","of":"x","n":2}, without the duplicates {"id":"a","of":"x","n":1}',
    });
    expect(shown(verdict)).toEqual([1]);
  });

  test('when a row is there too much', () => {
    const verdict = compared(
      (told) => told.row('inserted', row('a', 1)),
      () => {},
    );
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'db.t: row "a" is {"id":"a","of":"x","n":1}, without the duplicates no such row',
    });
  });

  test('when a row is missing, and shows who deleted it', () => {
    const verdict = compared(
      (told) => {
        for (const id of ['a', 'b']) told.row('inserted', row(id, 1));
        told.row('deleted', row('a', 1));
        told.row('inserted', row('a', 1));
        told.row('deleted', row('a', 1));
        told.row('inserted', row('gone', 1));
        told.row('deleted', row('gone', 1));
        told.row('inserted', row('c', 1), { table: 'other' });
        told.row('deleted', row('c', 1), { table: 'other' });
      },
      (told) => {
        for (const id of ['a', 'b']) told.row('inserted', row(id, 1));
      },
    );
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'the row "a" is missing, which the run without duplicates has',
    });
    expect(shown(verdict)).toEqual([4]);
  });

  test('when a row is missing that was never made: nothing of the run shows it', () => {
    const verdict = compared(
      () => {},
      (told) => {
        told.started();
        told.row('inserted', row('a', 1));
      },
    );
    expect(verdict).toMatchObject({ verdict: 'fail', evidence: [] });
  });
});

describe('the comparison passes', () => {
  test('when both leave the same rows, however they came to them', () => {
    const verdict = compared(
      (told) => {
        told.row('inserted', row('b', 1));
        told.row('seeded', row('a', 9));
        told.row('updated', row('a', 1));
        told.row('inserted', row('gone', 1));
        told.row('deleted', row('gone', 1));
        told.row('inserted', row('a', 7), { table: 'other' });
      },
      (told) => {
        told.row('seeded', row('a', 1));
        told.row('inserted', row('b', 1));
      },
    );
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });

  test('when they differ only in what is ignored', () => {
    const ignoring = duplicateInvariance(db.table.t, { name: 'mine', ignoring: ['n'] });
    const differing = [
      (told: Told) => told.row('inserted', row('a', 1)),
      (told: Told) => told.row('inserted', row('a', 2)),
    ] as const;
    expect(compared(...differing, ignoring)).toEqual({ verdict: 'pass', exercised: 1 });
    expect(compared(...differing).verdict).toBe('fail');
    expect(ignoring).toMatchObject({ id: 'I2', name: 'mine' });
  });
});

test('the comparison says unknown when the two gave up different messages', () => {
  const verdict = compared(
    (told) => told.deadLettered('m1'),
    (told) => told.deadLettered('m2'),
  );
  expect(verdict).toEqual({ verdict: 'unknown', why: 'the run and its twin gave up different messages' });
  const third = (id: string) => (told: Told) => void told.deadLettered(id, { lineage: 'T#relay.3' });
  expect(compared(third('m1'), third('m2')).verdict).toBe('unknown');
});

test('and when one that both gave up was published again under its id, and came', () => {
  const givenUp = (told: Told): void => {
    told.delivered('m1', { lineage: 'T#relay.1' });
    told.deadLettered('m1', { lineage: 'T#relay.1' });
  };
  const again = (told: Told): void => {
    givenUp(told);
    told.delivered('m1', { lineage: 'T#relay.2' });
    told.row('inserted', row('r1', 1));
  };
  expect(compared(again, givenUp)).toMatchObject({ verdict: 'unknown' });
  expect(compared(givenUp, givenUp)).toMatchObject({ verdict: 'pass' });
});

test('but not when they gave up the same ones, in another order or more often', () => {
  const verdict = compared(
    (told) => ['m1', 'm2', 'm1'].forEach((id) => told.deadLettered(id)),
    (told) => ['m2', 'm1'].forEach((id) => told.deadLettered(id)),
  );
  expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
});

test('what a failover cut off a log is given up, unless it was sent again', () => {
  const cutOff = (isAgain: boolean) => (told: Told) => {
    const value = { topic: 'orders', partition: 0, lost: ['T#m1'] };
    if (isAgain) told.delivered('m1');
    told.record('log', 'truncated', { component: 'log', channels: ['orders'], value });
  };
  const verdicts = [true, false].map((isAgain) => compared(cutOff(isAgain), () => {}).verdict);
  expect(verdicts).toEqual(['pass', 'unknown']);
});

test('where a run has not drained, or gave up a message with nowhere to put it, nothing can be said', () => {
  const kept = (told: Told): void => void told.row('inserted', row('r1', 1));
  const atBound = (told: Told): void => void told.record('world', 'ended', { outcome: 'bound' });
  const dropped = (told: Told): void => void told.dropped('m1', { reason: 'delivery_limit' });
  expect([compared(atBound, kept).verdict, compared(dropped, kept).verdict]).toEqual(['unknown', 'unknown']);
});
