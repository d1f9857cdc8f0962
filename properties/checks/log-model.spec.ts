/** Whatever a log that does all right goes through, no property of it is broken; one thing done wrong breaks the one for it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Property } from '../property.ts';
import { commitBehindEffects } from './commit-behind-effects.ts';
import { exclusiveOwnership } from './exclusive-ownership.ts';
import { db } from './history.fixture.ts';
import { log } from './log.fixture.ts';
import { logIntegrity } from './log-integrity.ts';
import { commands, ToldByModel } from './log-model.fixture.ts';
import { monotonicConsumption } from './monotonic-consumption.ts';
import { noDirtyRead } from './no-dirty-read.ts';
import { noSkip } from './no-skip.ts';
import { producerOrder } from './producer-order.ts';

const delivered = log.delivered('orders');
const stored = db.table.t.inserted;

const ALL: readonly Property[] = [
  noDirtyRead(delivered),
  logIntegrity(log.published('orders')),
  exclusiveOwnership(delivered, [stored]),
  commitBehindEffects(
    delivered.by(({ id }) => id),
    [stored.by(({ of }) => of)],
  ),
  producerOrder(log.published('orders')),
  monotonicConsumption(delivered),
  noSkip(delivered),
];

/** The ids of the properties that are broken, with what they say. */
function broken({ entries }: ToldByModel): Record<string, string> {
  return Object.fromEntries(
    ALL.flatMap((property) => {
      const fold = property.start();
      for (const entry of entries) fold.see(entry);
      const verdict = fold.end();
      return verdict.verdict === 'fail' ? [[property.id, verdict.says]] : [];
    }),
  );
}

test('a log that does all right breaks none', () => {
  const exercised = new Set<string>();
  fc.assert(
    fc.property(commands, (list) => {
      const told = new ToldByModel();
      told.play(list);
      expect(broken(told)).toEqual({});
      for (const property of ALL) {
        const fold = property.start();
        for (const entry of told.entries) fold.see(entry);
        if (fold.end().verdict === 'pass') exercised.add(property.id);
      }
    }),
    { numRuns: 150 },
  );
  expect([...exercised].toSorted()).toEqual(['D3', 'D4', 'G1', 'G2', 'O1', 'O2', 'O3']);
});

/** Two records of partition 0 that are on all replicas, and who is to have them. */
function ready(told: ToldByModel): { readonly offset: number; readonly owner: number } {
  const [part] = told.parts;
  told.end(true);
  part.highWatermark = part.records.length;
  part.inHand = undefined;
  while (told.handOut(0) !== undefined) {
    const { id, delivery, owner } = part.inHand as unknown as { id: string; delivery: number; owner: number };
    told.effect(id, [delivery], `worker/${owner}`);
    part.inHand = undefined;
  }
  const offset = told.send(0, { key: 'k0' });
  told.send(0, { key: 'k0' });
  return { offset, owner: part.owner as number };
}

const WRONG: Readonly<Record<string, (told: ToldByModel) => void>> = {
  D3: (told) => {
    const { owner, offset } = ready(told);
    for (const at of [offset, offset + 1]) told.given(at, told.as(owner));
    const open = told.send(0, { key: 'k0', producer: 't/0' });
    told.given(open, told.as(owner));
  },
  D4: (told) => void told.writes(ready(told).offset, { id: 'other' }),
  G1: (told) => {
    const { owner, offset } = ready(told);
    const delivery = told.given(offset, told.as(owner));
    told.revoked(0, told.as(owner));
    told.effect('other', [delivery], `worker/${owner}`);
  },
  G2: (told) => {
    const { owner, offset } = ready(told);
    told.given(offset, told.as(owner));
    told.commits(offset + 1, told.as(owner));
  },
  O1: (told) => void told.writes(ready(told).offset + 2, { key: 'k0', producer: 'p/0', call: 0 }),
  O2: (told) => {
    const { owner, offset } = ready(told);
    for (const at of [offset, offset + 1, offset]) told.given(at, told.as(owner));
  },
  O3: (told) => {
    const { owner, offset } = ready(told);
    told.given(offset + 1, told.as(owner));
  },
};

test.each(Object.entries(WRONG))('one thing wrong breaks %s, and no other', (id, goesWrong) => {
  fc.assert(
    fc.property(commands, (list) => {
      const told = new ToldByModel();
      told.play(list);
      goesWrong(told);
      expect(Object.keys(broken(told))).toEqual([id]);
    }),
    { numRuns: 40 },
  );
});
