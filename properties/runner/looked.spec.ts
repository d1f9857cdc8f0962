import { expect, test } from 'vitest';
import { duplicateInvariance } from '../checks/duplicate-invariance.ts';
import { effectOnce } from '../checks/effect-once.ts';
import { exclusiveOwnership } from '../checks/exclusive-ownership.ts';
import { db, mq, Told } from '../checks/history.fixture.ts';
import { noLoss } from '../checks/no-loss.ts';
import type { Property } from '../property.ts';
import { bank } from './bank.fixture.ts';
import { campaign } from './campaign.ts';
import { Looker } from './looked.ts';

const rows = db.table.t.inserted;
const sent = mq.confirmed('q').by(({ id }) => id);
const dead = mq.deadLettered('q').by(({ id }) => id);

function lookedAt(property: Property): Looker {
  const told = new Told();
  told.confirmed('a');
  told.row('inserted', { id: 'a', of: 'x' });
  const looker = new Looker([property]);
  looker.see(told.entries);
  return looker;
}

test.each([
  [effectOnce(rows.by(({ id }) => id)), undefined],
  [effectOnce(db.table.other.inserted.by(({ id }) => id)), 'nothing was a "row inserted into db.other", in 10 runs'],
  [
    effectOnce(rows.where(({ of }) => of === 'y').by(({ id }) => id)),
    'no "row inserted into db.t" passed its where(), in 10 runs',
  ],
  [effectOnce(rows.by(() => undefined)), 'no "row inserted into db.t" had a key, in 10 runs'],
  [
    exclusiveOwnership(mq.confirmed('q'), [rows, db.table.other.inserted]),
    'nothing was a "row inserted into db.other", in 10 runs',
  ],
  [duplicateInvariance(db.table.other), undefined],
])('%o', (property, says) => {
  expect(lookedAt(property).blind(0, 10)).toBe(says);
});

test('an end that nothing comes to is one too many, once much was tried; that hides no failure', () => {
  const looker = lookedAt(noLoss(sent, [rows.by(({ id }) => id), dead]));
  expect(looker.blind(0, 1000)).toBeUndefined();
  expect(looker.needless(0, 999)).toBeUndefined();
  expect(looker.needless(0, 1000)).toBe('nothing was a "message dead-lettered from mq.q", in 1000 runs');
});

test('what one thread saw counts for all', () => {
  const property = effectOnce(rows.by(({ id }) => id));
  const looker = new Looker([property]);
  looker.merge([[1]]);
  expect(looker.blind(0, 10)).toContain('passed its where()');
  looker.merge([[3]]);
  looker.merge([[0]]);
  expect(looker.blind(0, 10)).toBeUndefined();
});

test('a campaign in which a selector picked nothing has not passed, whatever the check says', async () => {
  const shape = bank();
  const always: Property = {
    id: 'always',
    name: 'always',
    kind: 'safety',
    selectors: [mq.delivered('audit')],
    start: () => ({ see: () => {}, end: () => ({ verdict: 'pass', exercised: 1 }) }),
  };
  const result = await campaign({ ...shape, properties: [always] }, 'correct', { seed: 1, runs: 40 });
  expect(result.verdict).toBe('unknown');
  expect(result.properties[0]?.says).toBe('nothing was a "message delivered from mq.audit", in 40 runs');
});
