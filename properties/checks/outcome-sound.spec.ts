import { describe, expect, test } from 'vitest';
import { card, db, judged, mq, shown } from './history.fixture.ts';
import { outcomeSound } from './outcome-sound.ts';

const id = ({ id }: { id: string }): string => id;
const attempted = mq.published('q').by(id);
const confirmed = mq.confirmed('q').by(id);
const delivered = mq.delivered('q').by(id);
const givenUp = db.table.t.inserted.by(({ of }) => of);
const check = outcomeSound(attempted, { confirmed, delivered, givenUp });

describe('fails', () => {
  test.each([
    ['before', [0, 1]],
    ['after', [0, 1]],
  ])('when a caller gave up %s it was taken', (when, evidence) => {
    const verdict = judged(check, (told) => {
      if (when === 'after') told.published('m1');
      told.row('inserted', { id: '1', of: 'm1' });
      if (when === 'before') told.published('m1');
      told.published('m1');
      told.row('inserted', { id: '2', of: 'm1' });
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: '"m1" was given up (row inserted into db.t), and was taken (message published to mq.q)',
    });
    expect(shown(verdict)).toEqual(evidence);
  });

  test('when something is confirmed that was never taken', () => {
    const verdict = judged(check, (told) => {
      told.confirmed('m1');
      told.published('m1');
      told.delivered('m1');
    });
    expect(verdict).toMatchObject({ verdict: 'fail', says: '"m1" was confirmed, and was never taken' });
    expect(shown(verdict)).toEqual([0]);
  });

  test('when something is delivered that was never attempted', () => {
    const verdict = judged(check, (told) => {
      told.published('m1');
      told.delivered('m2');
      told.delivered('m3');
    });
    expect(verdict).toMatchObject({ verdict: 'fail', says: '"m2" was delivered, and was never attempted' });
    expect(shown(verdict)).toEqual([1]);
  });

  test('when what was confirmed never comes', () => {
    const verdict = judged(check, (told) => {
      for (const each of ['m1', 'm2']) {
        told.published(each);
        told.confirmed(each);
      }
      told.delivered('m1');
    });
    expect(verdict).toMatchObject({ verdict: 'fail', says: '"m2" was confirmed, and is not there' });
    expect(shown(verdict)).toEqual([3]);
  });

  test('when a call to a system outside was given up, and was applied', () => {
    const calls = outcomeSound(
      card.applied('charge').by(({ key }) => key),
      { givenUp, name: 'mine' },
    );
    const tell = (how: 'called' | 'applied') =>
      judged(calls, (told) => {
        told.applied('other');
        told[how]('k');
        told.row('inserted', { id: '1', of: 'k' });
      });
    expect([tell('called').verdict, tell('applied').verdict]).toEqual(['pass', 'fail']);
    expect(calls).toMatchObject({ id: 'D2', name: 'mine' });
  });
});

describe('passes', () => {
  test('with what nobody knows the outcome of, taken or not, and with what is given up and was not taken', () => {
    const verdict = judged(check, (told) => {
      told.published('m1');
      told.published('m2');
      told.delivered('m2');
      told.confirmed('m2');
      told.row('inserted', { id: '1', of: 'm3' });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 2 });
  });

  test('with what was confirmed, and went as the configuration says', () => {
    const verdict = judged(check, (told) => {
      const n = told.published('m1');
      told.confirmed('m1');
      told.dropped('m1', { reason: 'expired', causes: [n] });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });

  test('where nobody says what is delivered', () => {
    const verdict = judged(outcomeSound(attempted, { confirmed }), (told) => {
      told.published('m1');
      told.confirmed('m1');
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });
});

test('says unknown when nothing was taken, and where the run went on until a bound', () => {
  expect(judged(check, (told) => told.row('inserted', { id: '1', of: 'm1' }))).toEqual({
    verdict: 'unknown',
    why: 'no message published to mq.q with a key in this run',
  });
  const cut = judged(check, (told) => {
    told.published('m1');
    told.confirmed('m1');
    told.record('world', 'ended', { outcome: 'bound' });
  });
  expect(cut.verdict).toBe('unknown');
});
