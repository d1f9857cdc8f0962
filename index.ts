/** Eddy's public contract. Built-in scenarios import nothing else. */
export { type Component, type Ports, type Uses } from './sim/component.ts';
export { type Identify, type Message } from './sim/brokers/message.ts';
export { type PartitionOffset } from './sim/brokers/log/client/commits.ts';
export { type ConsumerOptions } from './sim/brokers/log/client/consumer-options.ts';
export { type LogBatch, type LogDelivery } from './sim/brokers/log/client/delivery.ts';
export { type Consumer, type GroupMetadata, type PartitionOf } from './sim/brokers/log/client/handle.ts';
export { type Placed, type ProducedRecord } from './sim/brokers/log/client/producer.ts';
export { type ProducerOptions } from './sim/brokers/log/client/producer-config.ts';
export {
  type SentFor,
  type SentOffsets,
  type SentPlace,
  type Transaction,
} from './sim/brokers/log/client/transaction.ts';
export { logBroker } from './sim/brokers/log/component.ts';
export { type LogPort, type Producer } from './sim/brokers/log/port.ts';
export { type Assignment, type CommittedOffset, type LogSeen } from './sim/brokers/log/seen.ts';
export { type TopicShape } from './sim/brokers/log/topic.ts';
export { type Exchange, queueBroker } from './sim/brokers/queue/component.ts';
export { type Bound, type DeclareOptions, type Found } from './sim/brokers/queue/declaring.ts';
export { type Delivery } from './sim/brokers/queue/delivery.ts';
export { type ConsumeOptions, type PublishOptions, type QueuePort } from './sim/brokers/queue/port.ts';
export { type QueueOptions } from './sim/brokers/queue/settings.ts';
export { type BrokerSeen } from './sim/brokers/seen.ts';
export { EddyError } from './sim/errors.ts';
export { type Call, external } from './sim/external/external.ts';
export {
  type HttpCall,
  httpExternal,
  type HttpPort,
  type HttpReply,
  type HttpRequest,
} from './sim/external/http/component.ts';
export { delayBy, drop, duplicate, outage, type Strikes } from './sim/faults/operators.ts';
export { virtualTime } from './sim/kernel/rx-scheduler.ts';
export { type Keyed, type Selector } from './sim/selectors.ts';
export { type Life, type Service, service } from './sim/services/service.ts';
export { eventStore, type EventStoreSeen } from './sim/stores/event-store/component.ts';
export { type Recorded, type Snapshot } from './sim/stores/event-store/log.ts';
export { type EventStorePort } from './sim/stores/event-store/port.ts';
export { type TableSeen, tables, type TablesPort, type Tx } from './sim/stores/tables.ts';
export { always } from './properties/checks/always.ts';
export { appendExclusive } from './properties/checks/append-exclusive.ts';
export { atEnd, type Seen } from './properties/checks/at-end.ts';
export { backlogDrains } from './properties/checks/backlog-drains.ts';
export { boundedInFlight, type InFlight } from './properties/checks/bounded-in-flight.ts';
export { causationChain, type TraceHeaders } from './properties/checks/causation-chain.ts';
export { checkpointAtomic, type Checkpointed } from './properties/checks/checkpoint-atomic.ts';
export { commitBehindEffects, type Behind } from './properties/checks/commit-behind-effects.ts';
export { duplicateInvariance } from './properties/checks/duplicate-invariance.ts';
export { effectOrder } from './properties/checks/effect-order.ts';
export { effectOnce } from './properties/checks/effect-once.ts';
export { eventualDelivery } from './properties/checks/eventual-delivery.ts';
export { exclusiveOwnership, type Exclusive } from './properties/checks/exclusive-ownership.ts';
export { logIntegrity } from './properties/checks/log-integrity.ts';
export { monotonicConsumption } from './properties/checks/monotonic-consumption.ts';
export { noDirtyRead, type DirtyRead } from './properties/checks/no-dirty-read.ts';
export { noGhostEvent } from './properties/checks/no-ghost-event.ts';
export { noLostOutboxRow } from './properties/checks/no-lost-outbox-row.ts';
export { noOverSuppression, type Memory } from './properties/checks/no-over-suppression.ts';
export { outcomeSound, type Outcomes } from './properties/checks/outcome-sound.ts';
export { redriveFaithful, type Redrive } from './properties/checks/redrive-faithful.ts';
export { relayOrder } from './properties/checks/relay-order.ts';
export { versionTolerant } from './properties/checks/version-tolerant.ts';
export { noLoss } from './properties/checks/no-loss.ts';
export { noSkip, type Passing } from './properties/checks/no-skip.ts';
export { stableEventId } from './properties/checks/stable-event-id.ts';
export { oneDisposition } from './properties/checks/one-disposition.ts';
export { poisonIsolated } from './properties/checks/poison-isolated.ts';
export { producerOrder } from './properties/checks/producer-order.ts';
export { readModelConvergence, type Converging } from './properties/checks/read-model-convergence.ts';
export { replayDeterminism, type Replayed } from './properties/checks/replay-determinism.ts';
export { replyMatches, type Replies } from './properties/checks/reply-matches.ts';
export { sagaEnds, type SagaStep } from './properties/checks/saga-ends.ts';
export { sagaSingle, type SagaOutcome } from './properties/checks/saga-single.ts';
export { type Place, type Session, sessionGuarantees } from './properties/checks/session-guarantees.ts';
export { silentReplay, type Rebuild } from './properties/checks/silent-replay.ts';
export { snapshotEquivalence } from './properties/checks/snapshot-equivalence.ts';
export { upcastTotal, type Schemas } from './properties/checks/upcast-total.ts';
export { type Evolution, type StateAt, type StreamRead, type Versioned } from './properties/checks/streams.ts';
export { type Entry, type Fold, type Looks, type Property, type Verdict } from './properties/property.ts';
export {
  type FaultKind,
  type FaultModel,
  type Scenario,
  scenario,
  type Variant,
  type Workload,
} from './properties/scenario.ts';
export type { SavedReplay } from './properties/runner/result.ts';
export { assertHolds, check, type CheckOptions, type CheckResult, type Failure } from './properties/runner/check.ts';
export { fault, type Fault } from './properties/runner/fault-sentence.ts';
export type { Thrown } from './sim/thrown.ts';
export { run, type RunInput, type RunResult } from './properties/runner/run.ts';
