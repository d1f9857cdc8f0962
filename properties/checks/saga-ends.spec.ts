import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { db, judged, mq, shown, type Told } from './history.fixture.ts';
import { judgedLog, log } from './log.fixture.ts';
import { sagaEnds } from './saga-ends.ts';

/** Steps are rows of `t`, named by what they do; `other` holds the saga's own end. */
const step = (name: string) => ({
  done: db.table.t.inserted.where(({ id }) => id.startsWith(name)).by(({ of }) => of),
  undone: db.table.t.deleted.where(({ id }) => id.startsWith(name)).by(({ of }) => of),
});
const begun = mq.published('q').by(({ id }) => id);
const steps = [step('pay'), step('ship')];
const check = sagaEnds(begun, steps);
const withEnd = sagaEnds(begun, steps, { ended: [db.table.other.inserted.by(({ of }) => of)] });

/** `pay`, `ship`, and with a minus their compensations. */
function happens(told: Told, of: string, ...what: string[]): void {
  told.published(of);
  for (const each of what) {
    const id = each.replace('-', '');
    told.row(each === id ? 'inserted' : 'deleted', { id, of });
  }
}

describe('fails', () => {
  test('when it stops halfway, and says which steps stand', () => {
    const verdict = judged(check, (told) => {
      happens(told, 'o1', 'pay', 'ship');
      happens(told, 'o2', 'pay');
      told.record('world', 'ended', { outcome: 'quiet' });
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'saga "o2" stopped halfway: row inserted into db.t, not compensated; without row inserted into db.t',
    });
    expect(shown(verdict)).toEqual([3, 4]);
  });

  test.each([
    ['one of two is compensated', ['pay', 'ship', '-pay']],
    ['a step is done behind its own compensation', ['pay', '-pay', 'pay']],
    ['the compensation came first', ['-pay', 'pay']],
  ])('when %s', (_, what) => {
    expect(judged(check, (told) => happens(told, 'o1', ...what)).verdict).toBe('fail');
  });

  test('and tells what was compensated from what was never done', () => {
    const three = sagaEnds(begun, [step('pay'), step('ship'), step('mail')]);
    const verdict = judged(three, (told) => happens(told, 'o1', 'pay', 'ship', '-ship'));
    const row = 'row inserted into db.t';
    expect(verdict).toMatchObject({
      says: `saga "o1" stopped halfway: ${row}, not compensated; ${row}, compensated; without ${row}`,
    });
    expect(shown(verdict)).toEqual([0, 1, 3]);
    expect(judged(three, (told) => happens(told, 'o1', 'pay', 'ship', '-ship', 'ship'))).toMatchObject({
      says: `saga "o1" stopped halfway: ${row}, ${row}, not compensated; without ${row}`,
    });
  });

  test('when a step was done of a saga that nobody began', () => {
    const verdict = judged(check, (told) => void told.row('inserted', { id: 'pay', of: 'o9' }));
    expect(verdict).toMatchObject({ verdict: 'fail' });
    expect(shown(verdict)).toEqual([0]);
  });

  test('when a step that cannot be taken back stands alone', () => {
    const pivot = sagaEnds(begun, [step('pay'), { done: step('ship').done }]);
    const tell = (...what: string[]) => judged(pivot, (told) => happens(told, 'o1', ...what)).verdict;
    expect([tell('pay', 'ship'), tell('pay', 'ship', '-pay'), tell('pay', '-pay')]).toEqual(['pass', 'fail', 'pass']);
  });

  test('with its end asked for, when it never comes to it', () => {
    const tell = (...what: string[]) =>
      judged(withEnd, (told) => {
        happens(told, 'o1', 'pay', 'ship');
        for (const of of what) told.row('inserted', { id: of, of }, { table: 'other' });
      });
    expect(tell('o1')).toEqual({ verdict: 'pass', exercised: 1 });
    expect(tell('o2')).toMatchObject({
      verdict: 'fail',
      says: 'saga "o1" never came to its end (row inserted into db.other)',
    });
  });
});

test('passes exactly when the last of each step is done, or of none', () => {
  const what = fc.array(fc.constantFrom('pay', 'ship', '-pay', '-ship'), { maxLength: 8 });
  fc.assert(
    fc.property(what, (all) => {
      const stands = ['pay', 'ship'].filter((name) => all.findLast((each) => each.endsWith(name)) === name);
      const { verdict } = judged(check, (told) => happens(told, 'o1', ...all));
      expect(verdict).toBe(stands.length === 1 ? 'fail' : 'pass');
    }),
  );
});

describe('says unknown', () => {
  test('when no saga began', () => {
    expect(judged(check, (told) => told.started())).toEqual({
      verdict: 'unknown',
      why: 'no message published to mq.q with a key in this run',
    });
  });

  test('of what is missing in a run that went on until a bound', () => {
    const tell = (...what: string[]) =>
      judged(check, (told) => {
        happens(told, 'o1', ...what);
        told.record('world', 'ended', { outcome: 'bound' });
      });
    expect(tell('pay').verdict).toBe('unknown');
    expect(tell('pay', 'ship').verdict).toBe('pass');
  });
});

test('a step whose record a failover cut off was not done', () => {
  const ofLog = sagaEnds(
    log.published('out').by(({ id }) => id),
    [{ done: log.published('orders').by(({ id }) => id) }, { done: db.table.t.inserted.by(({ of }) => of) }],
  );
  const tell = (isCut: boolean) =>
    judgedLog(ofLog, (told) => {
      told.writes(0, { topic: 'out', id: 'o1' });
      told.writes(0, { id: 'o1' });
      if (isCut) told.failsOver(0);
    }).verdict;
  expect([tell(false), tell(true)]).toEqual(['fail', 'pass']);
});

test('a saga whose beginning a failover cut off need not end', () => {
  const ofLog = sagaEnds(
    log.published('orders').by(({ id }) => id),
    steps,
    { ended: [db.table.other.inserted.by(({ of }) => of)] },
  );
  const tell = (end: number) =>
    judgedLog(ofLog, (told) => {
      told.writesUpTo(2);
      told.failsOver(end);
      told.row('inserted', { id: 'end', of: 'r0' }, { table: 'other' });
    }).verdict;
  expect([tell(2), tell(1)]).toEqual(['fail', 'pass']);
});
