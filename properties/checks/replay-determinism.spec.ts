import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { db, es, judged, shown } from './history.fixture.ts';
import { replayDeterminism } from './replay-determinism.ts';

const samples = es.snapshotted.by(({ stream, version }) => `${stream}@${version}`);
const check = replayDeterminism(samples, { state: ({ state }) => state });
const row = (id: string, n: number) => ({ id, of: 'x', n });

describe('fails', () => {
  test('when a state comes out otherwise the second time, or the third', () => {
    const verdict = judged(check, (told) => {
      told.snapshotted('acc', 1, { cents: 1 });
      told.snapshotted('acc', 2, { cents: 2 });
      told.snapshotted('acc', 2, { cents: 2 });
      told.snapshotted('acc', 2, { cents: 3 });
      told.snapshotted('acc', 1, { cents: 3 });
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'snapshot saved to es: "acc@2" is {"cents":3}, and was {"cents":2} before',
    });
    expect(shown(verdict)).toEqual([1, 3]);
  });

  test.each([
    [true, [0, 1]],
    [false, [0, 1]],
  ])('when a rebuild writes something else to a place of its own (live first: %s)', (liveFirst, evidence) => {
    const apart = replayDeterminism(
      db.table.t.inserted.by(({ id }) => id),
      { rebuilt: db.table.t.updated.by(({ id }) => id), name: 'mine' },
    );
    const verdict = judged(apart, (told) => {
      told.row(liveFirst ? 'inserted' : 'updated', row('a', 1));
      told.row(liveFirst ? 'updated' : 'inserted', row('a', 2));
    });
    expect(shown(verdict)).toEqual(evidence);
    expect(apart).toMatchObject({ id: 'R1', name: 'mine' });
  });
});

describe('passes', () => {
  test('when both say the same, whatever the order of their fields, and where only the rest differs', () => {
    const verdict = judged(check, (told) => {
      told.snapshotted('acc', 1, { cents: 1, days: [1, 2], note: undefined });
      told.snapshotted('acc', 2, { cents: 5 });
      told.snapshotted('acc', 1, { days: [1, 2], cents: 1 });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });

  test('live samples are not held against each other when the rebuild has a place of its own', () => {
    const apart = replayDeterminism(
      db.table.t.inserted.by(({ id }) => id),
      { rebuilt: db.table.t.updated.by(({ id }) => id) },
    );
    const verdict = judged(apart, (told) => {
      told.row('inserted', row('a', 1));
      told.row('updated', row('a', 1));
      told.row('inserted', row('b', 2));
      told.row('updated', row('b', 2));
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 2 });
  });
});

test('says unknown when nothing was rebuilt, and counts what has no key', () => {
  const verdict = judged(check, (told) => {
    told.snapshotted('acc', 1, { cents: 1 });
    told.snapshotted('acc', 2, { cents: 1 });
    told.snapshotted('other', 1, { cents: 9 });
  });
  expect(verdict).toEqual({
    verdict: 'unknown',
    why: 'no snapshot saved to es for a state that was there before with a key in this run',
  });
  const keyless = replayDeterminism(es.snapshotted.by(() => undefined));
  expect(judged(keyless, (told) => told.snapshotted('acc', 1, 1))).toMatchObject({
    why: expect.stringContaining('1 took no part') as string,
  });
});

test('fails exactly when one place has two states', () => {
  const sample = fc.record({ version: fc.nat(3), state: fc.nat(1) });
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 8 }), (given) => {
      const verdict = judged(check, (told) => {
        for (const { version, state } of given) told.snapshotted('acc', version, state);
      });
      const places = new Set(given.map(({ version }) => version)).size;
      const states = new Set(given.map(({ version, state }) => `${version} ${state}`)).size;
      expect(verdict.verdict).toBe(states > places ? 'fail' : given.length > places ? 'pass' : 'unknown');
    }),
  );
});
