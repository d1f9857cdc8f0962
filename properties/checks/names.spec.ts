/** Each property bears its name of the catalogue; a name of the user's own tells two of them apart. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as eddy from '../../index.ts';
import type { Property } from '../property.ts';
import { card, db, es, mq } from './history.fixture.ts';
import { log } from './log.fixture.ts';

const key = mq.published('q').by(({ id }) => id);
const row = db.table.t.inserted.by(({ id }) => id);
const state = es.snapshotted.by(({ stream }) => stream);
const event = es.appended.by(({ stream }) => stream);
const records = log.published('orders');
const given = log.delivered('orders');
const handed = given.by(({ id }) => id);
const none = { initial: () => 0, apply: () => 0 };
const rebuild = { begins: row, ends: row };
const o = { name: 'mine' };

const NAMES: readonly [id: string, name: string, kind: Property['kind'], property: Property, mine?: Property][] = [
  [
    'C1',
    'read-model-convergence',
    'safety',
    eddy.readModelConvergence(key, db.table.t, () => new Map()),
    eddy.readModelConvergence(key, db.table.t, () => new Map(), o),
  ],
  [
    'C2',
    'checkpoint-atomic',
    'safety',
    eddy.checkpointAtomic(key, [row], [row]),
    eddy.checkpointAtomic(key, [row], [row], o),
  ],
  [
    'C3',
    'session-guarantees',
    'safety',
    eddy.sessionGuarantees(row, { at: () => 1 }),
    eddy.sessionGuarantees(row, { at: () => 1, writes: { told: row, at: () => 1 }, ...o }),
  ],
  ['D1', 'no-loss', 'safety', eddy.noLoss(key, [row])],
  ['D2', 'outcome-sound', 'safety', eddy.outcomeSound(key, {}), eddy.outcomeSound(key, o)],
  ['D3', 'no-dirty-read', 'safety', eddy.noDirtyRead(given), eddy.noDirtyRead(given, o)],
  ['D4', 'log-integrity', 'safety', eddy.logIntegrity(records), eddy.logIntegrity(records, o)],
  ['D5', 'eventual-delivery', 'liveness', eddy.eventualDelivery(mq.published('q'))],
  ['G1', 'exclusive-ownership', 'safety', eddy.exclusiveOwnership(given, []), eddy.exclusiveOwnership(given, [], o)],
  [
    'G2',
    'commit-behind-effects',
    'safety',
    eddy.commitBehindEffects(handed, []),
    eddy.commitBehindEffects(handed, [], o),
  ],
  ['I1', 'effect-once', 'safety', eddy.effectOnce(row), eddy.effectOnce(row, o)],
  [
    'I2',
    'duplicate-invariance',
    'safety',
    eddy.duplicateInvariance(db.table.t),
    eddy.duplicateInvariance(db.table.t, o),
  ],
  ['I3', 'no-over-suppression', 'safety', eddy.noOverSuppression(key, [row]), eddy.noOverSuppression(key, [row], o)],
  ['O1', 'producer-order', 'safety', eddy.producerOrder(records), eddy.producerOrder(records, ({ id }) => id, o)],
  ['O2', 'monotonic-consumption', 'safety', eddy.monotonicConsumption(given), eddy.monotonicConsumption(given, o)],
  ['O3', 'no-skip', 'safety', eddy.noSkip(given), eddy.noSkip(given, o)],
  ['O4', 'effect-order', 'safety', eddy.effectOrder(key, row, () => '')],
  ['P1', 'one-disposition', 'safety', eddy.oneDisposition(key, [row])],
  ['P2', 'poison-isolated', 'liveness', eddy.poisonIsolated(mq.delivered('q'), { limit: 1 })],
  ['P3', 'redrive-faithful', 'safety', eddy.redriveFaithful(mq.delivered('q'), mq.published('q'))],
  [
    'Q1',
    'reply-matches',
    'safety',
    eddy.replyMatches(key, row, { answers: ({ id }) => id }),
    eddy.replyMatches(key, row, { answers: ({ id }) => id, ...o }),
  ],
  ['R1', 'replay-determinism', 'safety', eddy.replayDeterminism(state), eddy.replayDeterminism(state, o)],
  [
    'R2',
    'snapshot-equivalence',
    'safety',
    eddy.snapshotEquivalence(event, state, none),
    eddy.snapshotEquivalence(event, state, none, o),
  ],
  [
    'R3',
    'silent-replay',
    'safety',
    eddy.silentReplay(
      card.applied('charge').by(({ key }) => key),
      rebuild,
    ),
    eddy.silentReplay(row, rebuild, o),
  ],
  ['R4', 'append-exclusive', 'safety', eddy.appendExclusive(event)],
  [
    'R5',
    'upcast-total',
    'safety',
    eddy.upcastTotal(event, none, { current: '1' }),
    eddy.upcastTotal(event, none, { current: '1', ...o }),
  ],
  ['S1', 'saga-ends', 'liveness', eddy.sagaEnds(key, []), eddy.sagaEnds(key, [], o)],
  ['S2', 'saga-single', 'safety', eddy.sagaSingle(key), eddy.sagaSingle(key, o)],
  ['T1', 'causation-chain', 'safety', eddy.causationChain(mq.published('q'))],
  ['V1', 'version-tolerant', 'safety', eddy.versionTolerant(key, [row]), eddy.versionTolerant(key, [row], o)],
  ['X1', 'no-ghost-event', 'safety', eddy.noGhostEvent(key, row)],
  ['X2', 'no-lost-outbox-row', 'liveness', eddy.noLostOutboxRow(row, key)],
  ['X3', 'relay-order', 'safety', eddy.relayOrder(row, key, () => '')],
  ['X4', 'stable-event-id', 'safety', eddy.stableEventId(mq.published('q'), () => '')],
  ['Z1', 'bounded-in-flight', 'safety', eddy.boundedInFlight(key, {}), eddy.boundedInFlight(key, o)],
];

test.each(NAMES)('%s %s', (id, name, kind, property, mine) => {
  expect(property).toMatchObject({ id, name, kind });
  if (mine) expect(mine).toMatchObject({ id, name: 'mine', kind });
});

test('the page about properties names each of them and how it is made', () => {
  const exported = new Map<string, unknown>(Object.entries(eddy));
  const page = readFileSync(new URL('../../docs/properties.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| (\w\d) +\| `(\w+)\(/gm)].map(([, id, make]) => [
    id,
    typeof exported.get(make ?? ''),
  ]);
  expect(rows).toEqual(NAMES.map(([id]) => [id, 'function']));
});

test('a history without anything exercises none of them', () => {
  const verdicts = NAMES.map(([id, , , property]) => [id, property.start().end().verdict]);
  expect(verdicts).toEqual(NAMES.map(([id]) => [id, 'unknown']));
});
