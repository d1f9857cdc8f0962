/** Produce: an operation of the code that sends, for all partitions of the request together. */
import { printName } from '../../../faults/words.ts';
import type { Step } from '../../../kernel/world.ts';
import type { Answer } from '../../../services/operation.ts';
import { keyOf } from '../../../brokers/log/group/assignors/assignor.ts';
import { isRefused, type KafkaErrorName } from '../../../brokers/log/kafka-error.ts';
import { appendAll, confirmed } from '../../../brokers/log/observe.ts';
import type { Acks } from '../../../brokers/log/partition.ts';
import type { Idempotent } from '../../../brokers/log/cluster.ts';
import { type ErrorName, errorCode } from '../error-codes.ts';
import { produce, type ProduceRequest, type ProduceResponse } from '../messages/produce.ts';
import { readProduced } from '../records/produced.ts';
import type { RecordBatch } from '../records/types.ts';
import { toMs } from './clock.ts';
import type { Exchange } from './exchange.ts';
import { type Drafted, draftsOf } from './new-records.ts';
import { type Handles, on } from './on.ts';
import { operateOn } from './operation.ts';

interface Part {
  readonly topic: string;
  readonly partition: number;
  readonly drafts: readonly Drafted[];
  readonly producer: Idempotent | undefined;
  /** What became of it; nothing: it is not known yet. */
  error: ErrorName | undefined;
  says: string | null;
  baseOffset: number;
}

type Asked = Exchange<ProduceResponse>;

function onProduce(exchange: Asked, request: ProduceRequest): void {
  const { log } = exchange.session.endpoint;
  const acks = acksOf(request.acks);
  const parts = partsOf(exchange, request);
  if (acks === undefined) for (const part of parts) part.error = 'INVALID_REQUIRED_ACKS';
  const drafts = parts.flatMap((part) => part.drafts);
  const type = drafts[0]?.draft.message.type ?? request.topicData[0]?.name ?? 'nothing';
  operateOn<ProduceResponse>(exchange, {
    phrase: `produce of ${printName(type)} to ${printName(log.name)}`,
    class: 'publish',
    touches: parts.map((part) => `${log.name}.${keyOf(part)}`).join(' '),
    partition: parts[0],
    isUnanswered: acks === 0,
    effect: (answer) => new Appends(exchange, parts, acks ?? 1, request.timeoutMs).run(answer),
    failed: () => {
      for (const part of parts) part.error = 'NOT_ENOUGH_REPLICAS';
      return responseTo(exchange, parts);
    },
    answered: () => hears(exchange, parts),
    lost: () => {
      for (const { draft } of drafts) draft.failed();
    },
  });
}

/** Appends each part, and answers when all are replicated as far as they have to be. */
class Appends {
  #open = 1;
  #timeout: Step | undefined;

  constructor(
    readonly exchange: Asked,
    readonly parts: readonly Part[],
    readonly acks: Acks,
    readonly timeoutMs: number,
  ) {}

  run(answer: Answer<ProduceResponse>): void {
    const { world } = this.exchange.session;
    const finish = (): void => {
      if (--this.#open > 0) return;
      if (this.#timeout) world.cancel(this.#timeout);
      answer.ok(responseTo(this.exchange, this.parts));
    };
    const waits = this.parts.flatMap((part) => this.#append(part) ?? []);
    // What strikes between effect and answer strikes here: the leaders alone have the records.
    if (waits.length > 0) {
      this.exchange.due(responseTo(this.exchange, this.parts));
      answer.applied?.();
    }
    this.#open += waits.length;
    for (const wait of waits) wait(finish);
    finish();
    if (this.#open > 0) this.#limit(answer);
  }

  /** Replicas may stay behind for longer than the request is to wait. */
  #limit(answer: Answer<ProduceResponse>): void {
    const { world } = this.exchange.session;
    this.#timeout = world.spawn(Math.max(0, this.timeoutMs) * 1000, () => {
      this.#open = Infinity;
      for (const part of this.parts)
        if (part.baseOffset >= 0 && part.error === undefined) part.error = 'REQUEST_TIMED_OUT';
      answer.ok(responseTo(this.exchange, this.parts));
    });
  }

  /** @returns what it still waits for, if anything */
  #append(part: Part): ((finish: () => void) => void) | undefined {
    if (part.error !== undefined) return undefined;
    const { session, moment } = this.exchange;
    const { endpoint, process, node } = session;
    const { topic, partition, producer, drafts } = part;
    const name = producer && `${producer.id}:${producer.epoch} ${keyOf(part)}`;
    const produced = appendAll(
      endpoint.log,
      { process: process.label, causes: moment.causes, ...(name !== undefined && { producer: name }) },
      { topic, partition, acks: this.acks, ...(producer && { producer }), ...(node !== undefined && { node }) },
      drafts.map((drafted, n) => {
        const call = producer && { call: producer.firstSequence + n };
        return { draft: drafted.draft, moment: drafted.moment, record: drafted.make(), ...call };
      }),
    );
    if (isRefused(produced)) {
      part.error = produced.error;
      return undefined;
    }
    const { baseOffset, whenReplicated } = produced;
    part.baseOffset = baseOffset;
    return (
      whenReplicated &&
      ((finish) =>
        whenReplicated((error?: KafkaErrorName) => {
          part.error ??= error;
          finish();
        }))
    );
  }
}

/** The producer is about to hear: what was stored is confirmed, what was not may be sent again under its name. */
function hears({ session }: Asked, parts: readonly Part[]): void {
  const { endpoint, process } = session;
  for (const part of parts) {
    const { producer, drafts, baseOffset, error } = part;
    const name = producer && `${producer.id}:${producer.epoch} ${keyOf(part)}`;
    drafts.forEach(({ draft, moment }, n) => {
      if (error !== undefined) draft.failed();
      else {
        const by = { process: process.label, ...(name !== undefined && { producer: name }) };
        confirmed(endpoint.log, by, part, { draft, moment, offset: baseOffset + n });
      }
    });
  }
}

function partsOf(exchange: Asked, { topicData }: ProduceRequest): readonly Part[] {
  return topicData.flatMap(({ name: topic, partitionData }) =>
    partitionData.map(({ index: partition, records }): Part => {
      const read = readProduced(exchange.header.apiVersion, records);
      const none = { topic, partition, drafts: [], producer: undefined, baseOffset: -1 };
      if ('error' in read) return { ...none, error: read.error, says: read.says };
      const drafts = draftsOf(exchange.session.endpoint.log, topic, read.batches, exchange.moment);
      return { ...none, drafts, producer: producerOf(read.batches), error: undefined, says: null };
    }),
  );
}

function producerOf([batch]: readonly RecordBatch[]): Idempotent | undefined {
  if (!batch || batch.producerId < 0) return undefined;
  const { producerId: id, producerEpoch: epoch, baseSequence: firstSequence, isTransactional: transactional } = batch;
  return { id, epoch, firstSequence, transactional };
}

function acksOf(acks: number): Acks | undefined {
  if (acks === -1) return 'all';
  return acks === 0 || acks === 1 ? acks : undefined;
}

function responseTo({ session }: Asked, parts: readonly Part[]): ProduceResponse {
  const { cluster } = session.endpoint.log;
  const topics = [...new Set(parts.map(({ topic }) => topic))];
  const responses = topics.map((name) => ({
    name,
    partitionResponses: parts
      .filter(({ topic }) => topic === name)
      .map(({ partition, error, says, baseOffset }) => {
        const isStamped = cluster.topic(name)?.shape.timestamps === 'append' && error === undefined;
        return {
          index: partition,
          errorCode: errorCode(error ?? 'NONE'),
          baseOffset: error === undefined ? baseOffset : -1,
          logAppendTimeMs: isStamped ? toMs(session.world.nowUs, session.world) : -1,
          logStartOffset: cluster.partition(name, partition)?.leader?.logStart ?? -1,
          recordErrors: [],
          errorMessage: says,
        };
      }),
  }));
  return { responses, throttleTimeMs: 0 };
}

export const produceHandlers: readonly Handles[] = [on(produce, onProduce)];
