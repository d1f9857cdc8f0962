import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { effectOrder } from './effect-order.ts';
import { db, judged, mq, shown } from './history.fixture.ts';
import { noGhostEvent } from './no-ghost-event.ts';
import { noLostOutboxRow } from './no-lost-outbox-row.ts';
import { relayOrder } from './relay-order.ts';
import { stableEventId } from './stable-event-id.ts';

const event = mq.published('q').by((message) => message.id);
const row = db.table.t.inserted.by((inserted) => inserted.of);
const ended = { outcome: 'bound' };

describe.each([
  ['X1', noGhostEvent(event, row)],
  ['X2', noLostOutboxRow(event, row)],
] as const)('%s', (_, check) => {
  test('fails where the other never comes', () => {
    const verdict = judged(check, (told) => {
      told.published('a');
      told.row('inserted', { id: '1', of: 'a' });
      told.published('b');
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: expect.stringContaining('1 of 2 without any row inserted into db.t; the first is "b"') as string,
    });
    expect(shown(verdict)).toEqual([2]);
  });

  test('passes where it comes, before or after', () => {
    const verdict = judged(check, (told) => {
      told.published('a');
      told.row('inserted', { id: '1', of: 'a' });
      told.row('inserted', { id: '2', of: 'b' });
      told.published('b');
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 2 });
  });

  test('says unknown without a premise, and where the run went on until a bound', () => {
    expect(judged(check, (told) => told.row('inserted', { id: '1', of: 'a' })).verdict).toBe('unknown');
    const cut = judged(check, (told) => {
      told.published('a');
      told.record('world', 'ended', ended);
    });
    expect(cut.verdict).toBe('unknown');
    const whole = judged(check, (told) => {
      told.published('a');
      told.row('inserted', { id: '1', of: 'a' });
      told.record('world', 'ended', ended);
    });
    expect(whole.verdict).toBe('pass');
  });
});

test('what has no key takes no part, and is counted', () => {
  const keyless = noGhostEvent(
    event,
    db.table.t.inserted.by(() => undefined),
  );
  const none = noGhostEvent(
    mq.published('q').by(() => undefined),
    row,
  );
  const tell = (property: typeof keyless) =>
    judged(property, (told) => {
      told.published('a');
      told.row('inserted', { id: '1', of: 'a' });
    });
  expect(tell(keyless).verdict).toBe('fail');
  expect(tell(none)).toEqual({
    verdict: 'unknown',
    why: 'no message published to mq.q with a key (1 took no part: their key was missing) in this run',
  });
});

describe('X4', () => {
  const check = stableEventId(mq.published('q'), (message) => String(message.headers['row']));
  test('fails when one row goes out under two ids', () => {
    const verdict = judged(check, (told) => {
      told.published('a', { headers: { row: '1' } });
      told.published('b', { headers: { row: '2' } });
      told.published('c', { headers: { row: '1' } });
    });
    expect(verdict).toMatchObject({ verdict: 'fail', says: expect.stringContaining('"a" and as "c"') as string });
    expect(shown(verdict)).toEqual([0, 2]);
  });

  test('what tells of no row takes no part, and what is no such event neither', () => {
    const picky = stableEventId(mq.published('q'), ({ id }) => {
      if (id !== 'c') throw new TypeError('poison');
      return undefined as unknown as string;
    });
    const verdict = judged(picky, (told) => {
      for (const id of ['a', 'b', 'c', 'c']) told.published(id);
      told.started();
    });
    expect(verdict.verdict).toBe('unknown');
    const after = judged(check, (told) => {
      for (const id of ['a', 'b', 'c']) told.published(id, { headers: { row: '1' } });
      told.started();
    });
    expect(shown(after)).toEqual([0, 1]);
  });

  test('passes when a second attempt keeps the id; without one it says unknown', () => {
    const once = judged(check, (told) => told.published('a', { headers: { row: '1' } }));
    expect(once.verdict).toBe('unknown');
    const twice = judged(check, (told) => {
      told.published('a', { headers: { row: '1' } });
      told.published('a', { headers: { row: '1' } });
    });
    expect(twice).toEqual({ verdict: 'pass', exercised: 1 });
  });
});

describe.each([
  ['O4', effectOrder, 'which was sent'],
  ['X3', relayOrder, 'which was committed'],
] as const)('%s', (id, make, words) => {
  const check = make(event, row, (message) => String(message.headers['customer']));
  const sent = { headers: { customer: 'Ann' } };
  test('fails when the later one of a key has its effect first', () => {
    const verdict = judged(check, (told) => {
      told.published('a', sent);
      told.published('b', sent);
      told.row('inserted', { id: '1', of: 'b' });
      told.row('inserted', { id: '2', of: 'a' });
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: `row inserted into db.t: "b" came before "a", ${words} before it, for "Ann"`,
    });
    expect(shown(verdict)).toEqual([2, 3]);
    expect(check.id).toBe(id);
  });

  test('passes in order; other keys, and second effects, may come as they like', () => {
    const verdict = judged(check, (told) => {
      told.published('a', sent);
      told.published('x', { headers: { customer: 'Bob' } });
      told.published('b', sent);
      told.row('inserted', { id: '1', of: 'a' });
      told.row('inserted', { id: '2', of: 'b' });
      told.row('inserted', { id: '3', of: 'x' });
      told.row('inserted', { id: '4', of: 'a' });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });

  test('fails exactly when the first ones of a key come in another order', () => {
    const [sent, came] = [fc.shuffledSubarray(['a', 'b', 'c', 'd']), fc.array(fc.constantFrom('a', 'b', 'c', 'd'))];
    const groupOf = (id: string): string => (id < 'c' ? 'Ann' : 'Bob');
    fc.assert(
      fc.property(sent, came, (sent, came) => {
        const verdict = judged(check, (told) => {
          for (const id of sent) told.published(id, { headers: { customer: groupOf(id) } });
          for (const id of sent) told.published(id, { headers: { customer: 'Cy' } });
          came.forEach((of, n) => told.row('inserted', { id: `${n}`, of }));
        });
        const firsts = [...new Set(came)].filter((id) => sent.includes(id));
        const wrong = ['Ann', 'Bob'].some((group) => {
          const order = firsts.filter((id) => groupOf(id) === group).map((id) => sent.indexOf(id));
          return order.some((n, at) => at > 0 && n < (order[at - 1] as number));
        });
        const pairs = firsts.length - new Set(firsts.map(groupOf)).size;
        expect(verdict).toMatchObject(
          wrong ? { verdict: 'fail' } : pairs > 0 ? { exercised: pairs } : { verdict: 'unknown' },
        );
      }),
    );
  });

  test('what has no group or no key takes no part', () => {
    const picky = make(
      event,
      db.table.t.inserted.by(() => undefined),
      () => {
        throw new TypeError('poison');
      },
    );
    const verdict = judged(picky, (told) => {
      told.published('a');
      told.row('inserted', { id: '1', of: 'a' });
    });
    expect(verdict).toEqual({
      verdict: 'unknown',
      why: 'no second row inserted into db.t for one key (1 took no part: their key was missing) in this run',
    });
  });

  test('says unknown when no key has two effects', () => {
    const verdict = judged(check, (told) => {
      told.published('a', sent);
      told.row('inserted', { id: '1', of: 'a' });
    });
    expect(verdict.verdict).toBe('unknown');
  });
});
