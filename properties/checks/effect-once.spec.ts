import { expect, test } from 'vitest';
import { effectOnce } from './effect-once.ts';
import { card, db, judged, shown } from './history.fixture.ts';

const charged = effectOnce(db.table.t.inserted.by((row) => row.of));

test('fails when an effect happens twice for one key, and shows each of them', () => {
  const verdict = judged(charged, (told) => {
    told.row('inserted', { id: '1', of: 'p1' });
    told.row('inserted', { id: '2', of: 'p2' });
    told.row('inserted', { id: '3', of: 'p1' });
    told.row('inserted', { id: '4', of: 'p2' });
    told.row('inserted', { id: '5', of: 'p1' });
  });
  expect(verdict).toMatchObject({
    verdict: 'fail',
    says: 'row inserted into db.t: 3 times for "p1", expected once',
  });
  expect(shown(verdict)).toEqual([0, 2, 4]);
});

test('of several keys the first that has a second effect is shown, not the first that has one', () => {
  const verdict = judged(charged, (told) => {
    for (const [id, of] of ['p1', 'p2', 'p2', 'p1'].entries()) told.row('inserted', { id: `${id}`, of });
  });
  expect(shown(verdict)).toEqual([1, 2]);
});

test('passes when each key has one effect; other tables, kinds and components do not count', () => {
  const verdict = judged(charged, (told) => {
    told.row('inserted', { id: '1', of: 'p1' });
    told.row('inserted', { id: '2', of: 'p2' });
    told.row('inserted', { id: '3', of: 'p1' }, { table: 'other' });
    told.row('updated', { id: '1', of: 'p1' });
    told.row('deleted', { id: '1', of: 'p1' });
  });
  expect(verdict).toEqual({ verdict: 'pass', exercised: 2 });
});

test('calling twice is correct, applying twice is not', () => {
  const once = effectOnce(card.applied('charge').by(({ key }) => key));
  const tell = (second: 'called' | 'applied') =>
    judged(once, (told) => {
      told.called('k');
      told.applied('k');
      told[second]('k');
    });
  expect(tell('called')).toEqual({ verdict: 'pass', exercised: 1 });
  expect(shown(tell('applied'))).toEqual([1, 2]);
});

test('says unknown when there was no effect', () => {
  expect(judged(charged, (told) => told.started())).toEqual({
    verdict: 'unknown',
    why: 'no row inserted into db.t with a key in this run',
  });
});

test('what gives no key, or whose key throws, takes no part and is counted', () => {
  const picky = effectOnce(
    db.table.t.inserted.by((row) => {
      if (row.of === 'bad') throw new Error('no key');
      return undefined;
    }),
  );
  const verdict = judged(picky, (told) => {
    for (const of of ['bad', 'bad', 'none']) told.row('inserted', { id: of, of });
  });
  expect(verdict).toEqual({
    verdict: 'unknown',
    why: expect.stringMatching(
      /^no row inserted into db\.t with a key \(3 took no part: their key was missing, Error: no key \(effect-once\.spec\.ts:\d+\)\) in this run$/,
    ) as string,
  });
});

test('a name tells two of them apart', () => {
  expect(charged).toMatchObject({ id: 'I1', name: 'effect-once', kind: 'safety' });
  expect(
    effectOnce(
      db.table.t.inserted.by((row) => row.of),
      { name: 'mine' },
    ),
  ).toMatchObject({ id: 'I1', name: 'mine' });
});
