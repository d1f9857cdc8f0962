/**
 * Producers' ids and their transactions. Clients speak the protocol of before 4.0 here: they add partitions and groups themselves,
 * and keep their epoch from one transaction to the next.
 */
import { printName } from '../../../faults/words.ts';
import type { OffsetOf } from '../../../brokers/log/group/protocol.ts';
import { isRefused, type Refused } from '../../../brokers/log/kafka-error.ts';
import type { Asking } from '../../../brokers/log/transactions.ts';
import { type ErrorName, errorCode } from '../error-codes.ts';
import type { RequestHeader } from '../headers.ts';
import {
  addOffsetsToTxn,
  addPartitionsToTxn,
  endTxn,
  initProducerId,
  type TxnResponse,
} from '../messages/transactions.ts';
import { txnOffsetCommit, type TxnOffsetCommitRequest } from '../messages/txn-offset-commit.ts';
import type { Exchange } from './exchange.ts';
import { type Handles, on, replies } from './on.ts';
import { operateOn } from './operation.ts';

interface Producer {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
}

const askingOf = ({ transactionalId, producerId, producerEpoch: epoch }: Producer): Asking => {
  return { transactionalId, producerId, epoch };
};

/** Asks the coordinator, if the request came to its broker; what comes of it is recorded in the client's name. */
function ask<T extends object>(
  exchange: Exchange<never>,
  transactionalId: string,
  request: () => T | Refused,
): T | Refused {
  const { session, moment } = exchange;
  const { endpoint, process, node } = session;
  if (node !== undefined && node !== endpoint.transactionNode(transactionalId)) return { error: 'NOT_COORDINATOR' };
  const answer = endpoint.log.transactions.by({ process: process.label, causes: moment.causes }, request);
  return isRefused(answer) ? inOldWords(answer, exchange.header) : answer;
}

/** From these versions on clients are told that another producer has taken their place (KIP-588); before, that their epoch is old. */
const TELLS_FENCED: ReadonlyMap<number, number> = new Map([
  [initProducerId.key, 4],
  [addPartitionsToTxn.key, 2],
  [addOffsetsToTxn.key, 2],
  [endTxn.key, 2],
]);

function inOldWords(answer: Refused, { apiKey, apiVersion }: RequestHeader): Refused {
  if (answer.error !== 'PRODUCER_FENCED' || apiVersion >= (TELLS_FENCED.get(apiKey) ?? 0)) return answer;
  return { ...answer, error: 'INVALID_PRODUCER_EPOCH' };
}

const errorOf = (answer: object): ErrorName => (isRefused(answer) ? answer.error : 'NONE');
const done = (answer: object): TxnResponse => ({ throttleTimeMs: 0, errorCode: errorCode(errorOf(answer)) });

const onInitProducerId = replies(initProducerId, (request, exchange) => {
  const { transactions } = exchange.session.endpoint.log.cluster;
  const { transactionalId, transactionTimeoutMs, producerId, producerEpoch: epoch } = request;
  const expected = producerId >= 0 ? { expected: { producerId, epoch } } : {};
  const answer =
    transactionalId === null
      ? transactions.initProducerId()
      : ask(exchange, transactionalId, () =>
          transactions.initProducerId({
            transactionalId,
            timeoutUs: transactionTimeoutMs * 1000,
            isV1: true,
            ...expected,
          }),
        );
  const none = { throttleTimeMs: 0, producerId: -1, producerEpoch: -1 };
  if (isRefused(answer)) return { ...none, errorCode: errorCode(answer.error) };
  return { ...none, errorCode: 0, producerId: answer.producerId, producerEpoch: answer.epoch };
});

const onAddPartitions = replies(addPartitionsToTxn, (request, exchange) => {
  const { cluster } = exchange.session.endpoint.log;
  const places = request.topics.flatMap(({ name: topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition })),
  );
  const answer = ask(exchange, request.transactionalId, () =>
    cluster.transactions.addPartitionsToTxn(askingOf(request), places),
  );
  const error = errorOf(answer);
  // One that is not there keeps the others out.
  const own = (topic: string, partition: number): ErrorName =>
    error === 'UNKNOWN_TOPIC_OR_PARTITION' && cluster.partition(topic, partition) ? 'OPERATION_NOT_ATTEMPTED' : error;
  return {
    throttleTimeMs: 0,
    results: request.topics.map(({ name, partitions }) => ({
      name,
      resultsByPartition: partitions.map((partitionIndex) => {
        return { partitionIndex, partitionErrorCode: errorCode(own(name, partitionIndex)) };
      }),
    })),
  };
});

const onAddOffsets = replies(addOffsetsToTxn, (request, exchange): TxnResponse => {
  const { transactions } = exchange.session.endpoint.log.cluster;
  if (request.groupId === '') return { throttleTimeMs: 0, errorCode: errorCode('INVALID_GROUP_ID') };
  return done(
    ask(exchange, request.transactionalId, () => transactions.addOffsetsToTxn(askingOf(request), request.groupId)),
  );
});

const onEndTxn = on(endTxn, (exchange, request) => {
  const { log } = exchange.session.endpoint;
  const { transactionalId, committed } = request;
  const outcome = committed ? 'commit' : 'abort';
  operateOn<TxnResponse>(exchange, {
    phrase: `${outcome} transaction on ${printName(log.name)}`,
    class: 'transaction',
    touches: `${log.name}:transactions:${transactionalId}`,
    effect: (answer) =>
      answer.ok(
        done(ask(exchange, transactionalId, () => log.cluster.transactions.endTxn(askingOf(request), outcome))),
      ),
    failed: () => done({ error: 'COORDINATOR_NOT_AVAILABLE' }),
  });
});

type Committed = ReturnType<typeof committedAs>;

function committedAs({ topics }: TxnOffsetCommitRequest, error: ErrorName) {
  return {
    throttleTimeMs: 0,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: errorCode(error) })),
    })),
  };
}

/** It goes to the group's coordinator. */
const onTxnOffsetCommit = on(txnOffsetCommit, (exchange, request) => {
  const { log } = exchange.session.endpoint;
  operateOn<Committed>(exchange, {
    phrase: `send offsets on ${printName(log.name)}`,
    class: 'transaction',
    touches: `${log.name}:transactions:${request.transactionalId}`,
    effect: (answer) => answer.ok(committedAs(request, sendOffsets(exchange, request))),
    failed: () => committedAs(request, 'COORDINATOR_NOT_AVAILABLE'),
  });
});

function sendOffsets({ session, moment }: Exchange<Committed>, request: TxnOffsetCommitRequest): ErrorName {
  const { endpoint, process, node } = session;
  const { log, members } = endpoint;
  const { groupId: group, memberId, groupInstanceId, generationId: generation } = request;
  if (group === '') return 'INVALID_GROUP_ID';
  const coordinator = log.groups.coordinators.of(group);
  if (node !== undefined && node !== coordinator.node) return 'NOT_COORDINATOR';
  const by = { process: process.label, causes: moment.causes };
  // Before version 3 nobody says of which generation it is.
  const isMember = memberId !== '' || generation >= 0 || groupInstanceId !== null;
  const who = isMember ? { memberId, generation } : {};
  const answer = log.transactions.by(by, () =>
    log.cluster.transactions.txnOffsetCommit(askingOf(request), group, {
      offsets: offsetsOf(request),
      ...who,
      ...(groupInstanceId !== null && { instanceId: groupInstanceId }),
    }),
  );
  if (!isRefused(answer)) {
    log.transactions.sent(request.producerId, { ...by, ...(isMember && { member: memberId, generation }) });
    return 'NONE';
  }
  members.refused(group, memberId, answer.error);
  return answer.error;
}

function offsetsOf({ topics }: TxnOffsetCommitRequest): readonly OffsetOf[] {
  return topics.flatMap(({ name: topic, partitions }) =>
    partitions.map(({ partitionIndex: partition, committedOffset: offset }) => ({ topic, partition, offset })),
  );
}

export const transactionHandlers: readonly Handles[] = [
  onInitProducerId,
  onAddPartitions,
  onAddOffsets,
  onEndTxn,
  onTxnOffsetCommit,
];
