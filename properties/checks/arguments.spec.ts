/** What a property says of what it cannot be made of, to whoever asks no compiler. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as eddy from '../../index.ts';
import { db, mq } from './history.fixture.ts';
import { log } from './log.fixture.ts';

// As somebody sees it who writes JavaScript.
const js = eddy as unknown as Readonly<Record<string, (...given: readonly unknown[]) => unknown>>;
const made = (maker: string, ...given: readonly unknown[]): unknown => (js[maker] as (typeof js)[string])(...given);

const sent = mq.published('q');
const key = sent.by(({ id }) => id);
const row = db.table.t.inserted.by(({ id }) => id);
const such = 'such as mq.published("orders").by((message) => message.id)';

test.each<[maker: string, given: readonly unknown[], says: string]>([
  [
    'effectOnce',
    [db.table.t.inserted],
    `effectOnce wants \`effect\` to be a selector with a key, ${such}; row inserted into db.t has none: add .by(...)`,
  ],
  [
    'effectOnce',
    [db.table.t],
    `effectOnce wants \`effect\` to be a selector with a key, ${such}; of a table choose .inserted, .updated or .deleted`,
  ],
  ['noLoss', [key, row], `noLoss wants \`ends\` to be a list of selectors with keys, ${such}; put it into a list`],
  [
    'noLoss',
    [key, [row, sent]],
    `noLoss wants \`ends\` to be a list of selectors with keys, ${such}; message published to mq.q has none: add .by(...)`,
  ],
  [
    'exclusiveOwnership',
    [log.delivered('orders'), db.table.t.inserted],
    'exclusiveOwnership wants `effects` to be a list of selectors; put it into a list',
  ],
  ['eventualDelivery', ['q'], 'eventualDelivery wants `taken` to be a selector, such as mq.published("orders")'],
  ['stableEventId', [sent, row], 'stableEventId wants `row` to be a function'],
  ['duplicateInvariance', [row], 'duplicateInvariance wants `table` to be a table, such as db.table.orders'],
  ['poisonIsolated', [sent, { limit: '3' }], 'poisonIsolated wants `limit` to be a number'],
  ['causationChain', [sent, { outbox: db.table.t.inserted }], 'causationChain wants `outbox` to be a selector with a'],
  ['sagaEnds', [key, [{ done: row, undone: sent }]], 'sagaEnds wants `steps.undone` to be a list of selectors with'],
  ['sagaEnds', [key, row], 'sagaEnds wants `steps.done` to be a list of selectors with keys'],
  ['noLoss', [key, [row], { nane: 'mine' }], 'noLoss knows no `nane`; the nearest that it knows is `name`'],
])('%s', (maker, given, says) => {
  expect(() => made(maker, ...given)).toThrow(expect.objectContaining({ code: 'EDDY_CONFIG' }));
  expect(() => made(maker, ...given)).toThrow(says);
});

const makers = [
  ...readFileSync(new URL('../../index.ts', import.meta.url), 'utf8').matchAll(/\{ (.*) \} from '.*checks/g),
]
  .flatMap(([, names]) => (names as string).split(', '))
  .filter((name) => !name.startsWith('type '));

test.each(makers)('%s wants something', (maker) => {
  expect(() => made(maker)).toThrow(new RegExp(`^${maker} wants \`[a-zA-Z.]+\` to be a `));
});

test('what may be left out may be left out', () => {
  expect(made('causationChain', sent, { outbox: undefined })).toMatchObject({ id: 'T1' });
});
