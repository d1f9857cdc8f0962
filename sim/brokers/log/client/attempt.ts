/** One attempt to have a batch stored: an operation of its first record's moment. */
import { printName } from '../../../faults/words.ts';
import type { Answer } from '../../../services/operation.ts';
import { isRefused, type KafkaErrorName } from '../kafka-error.ts';
import { append } from '../observe.ts';
import type { PartitionQueue } from './accumulator.ts';
import type { Batch } from './batch.ts';
import { AttemptFailure } from './failure.ts';
import type { LogProducer } from './producer.ts';
import { request } from './request.ts';

export function attempt(producer: LogProducer, queue: PartitionQueue, batch: Batch): void {
  const { connection, config, broker } = producer;
  const { topic, partition, lane } = queue;
  const leads = leaderEpoch(producer, queue);
  request<number>(connection, {
    moment: batch.moment,
    phrase: `produce of ${printName(batch.type)} to ${printName(broker)}`,
    class: 'publish',
    touches: `${broker}.${topic}/${partition}`,
    timeoutUs: config.requestTimeoutUs,
    patienceUs: batch.createdUs + config.deliveryTimeoutUs - producer.nowUs,
    failsWith: 'NOT_ENOUGH_REPLICAS',
    isUnanswered: config.acks === 0,
    partition: { topic, partition },
    lane,
    ask: (answer) => {
      // Who leads no longer takes nothing; a client that waits for no answer does not hear of it.
      if (leads === leaderEpoch(producer, queue)) ask(producer, queue, batch, answer);
      else answer.fail(new AttemptFailure('NOT_LEADER_OR_FOLLOWER', config.acks === 0));
    },
  }).then(
    (baseOffset) => queue.stored(batch, baseOffset),
    (error: unknown) => {
      if (!(error instanceof AttemptFailure)) throw error;
      // Who waits for no answer hears of nothing but that the request could not be sent.
      if (config.acks === 0 && error.mayBeStored) queue.stored(batch, -1);
      else queue.failed(batch, error);
    },
  );
}

/** It changes with the broker that requests for the partition have to go to. */
function leaderEpoch({ runtime }: LogProducer, { topic, partition }: PartitionQueue): number | undefined {
  return runtime.cluster.partition(topic, partition)?.epoch;
}

function ask(producer: LogProducer, queue: PartitionQueue, batch: Batch, answer: Answer<number>): void {
  const produced = append(producer, queue, batch);
  if (isRefused(produced)) {
    answer.fail(new AttemptFailure(produced.error, false));
    return;
  }
  const { baseOffset, whenReplicated } = produced;
  const tell = (error?: KafkaErrorName): void => {
    if (error === undefined) answer.ok(baseOffset);
    else answer.fail(new AttemptFailure(error, true));
  };
  // What strikes between effect and answer strikes here: the leader alone has the batch.
  answer.applied?.();
  if (whenReplicated) whenReplicated(tell);
  else tell();
}
