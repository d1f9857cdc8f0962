import { describe, expect, test } from 'vitest';
import { db, judged, mq, shown, type Told } from './history.fixture.ts';
import { replyMatches } from './reply-matches.ts';

/** An accepted reply is a row of `t`: `of` the request that it was taken for, `id` the request that it answers. */
const requested = mq.published('q').by(({ id }) => id);
const accepted = db.table.t.inserted.by(({ of }) => of);
const answers = ({ id }: { id: string }): string | undefined => {
  if (id === 'throws') throw new Error('no id');
  return id === 'none' ? undefined : id;
};
const check = replyMatches(requested, accepted, {
  answers,
  givenUp: db.table.other.inserted.by(({ of }) => of),
});

const accepts = (told: Told, of: string, id = of): number => told.row('inserted', { id, of });
const givesUp = (told: Told, of: string): number => told.row('inserted', { id: of, of }, { table: 'other' });

describe('fails', () => {
  test('when a request accepts the reply to another', () => {
    const verdict = judged(check, (told) => {
      told.published('r1');
      told.published('r2');
      accepts(told, 'r2', 'r1');
    });
    expect(verdict).toMatchObject({ verdict: 'fail', says: 'request "r2" accepted the reply to "r1"' });
    expect(shown(verdict)).toEqual([0, 1, 2]);
  });

  test.each([['none'], ['throws']])('when the reply names no request: %s', (id) => {
    const verdict = judged(check, (told) => {
      told.published('r1');
      accepts(told, 'r1', id);
    });
    expect(verdict).toMatchObject({ says: 'request "r1" accepted a reply that names no request' });
    expect(shown(verdict)).toEqual([0, 1]);
  });

  test('when it accepts two', () => {
    const verdict = judged(check, (told) => {
      told.published('r1');
      accepts(told, 'r1');
      accepts(told, 'r1');
    });
    expect(verdict).toMatchObject({ says: 'request "r1" accepted two replies' });
    expect(shown(verdict)).toEqual([1, 2]);
  });

  test('when nothing was requested', () => {
    const verdict = judged(check, (told) => void accepts(told, 'r1'));
    expect(verdict).toMatchObject({ says: 'a reply was accepted for "r1", which was never requested' });
  });

  test('when it was given up before, or is afterwards', () => {
    const late = judged(check, (told) => {
      told.published('r1');
      givesUp(told, 'r1');
      accepts(told, 'r1');
    });
    expect(late).toMatchObject({ says: 'request "r1" accepted a reply after it was given up' });
    const both = judged(check, (told) => {
      told.published('r1');
      accepts(told, 'r1');
      givesUp(told, 'r1');
    });
    expect(both).toMatchObject({ says: 'request "r1" was given up behind its reply' });
    expect([shown(late), shown(both)]).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });
});

test('passes when each accepts its own, or gives up', () => {
  const verdict = judged(check, (told) => {
    for (const id of ['r1', 'r2', 'r3', 'r1']) told.published(id);
    accepts(told, 'r2');
    accepts(told, 'r1');
    givesUp(told, 'r3');
  });
  expect(verdict).toEqual({ verdict: 'pass', exercised: 2 });
});

test('passes when the requester hears behind the reply that its request was taken', () => {
  const byConfirm = replyMatches(
    mq.confirmed('q').by(({ id }) => id),
    accepted,
    { answers },
  );
  const verdict = judged(byConfirm, (told) => {
    accepts(told, 'r1');
    told.confirmed('r1');
  });
  expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
});

test('says unknown when none was accepted', () => {
  const verdict = judged(check, (told) => {
    told.published('r1');
    givesUp(told, 'r1');
  });
  expect(verdict).toEqual({ verdict: 'unknown', why: 'no row inserted into db.t with a key in this run' });
});
