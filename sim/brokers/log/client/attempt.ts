/** One attempt to have a batch stored: an operation of its first record's moment. */
import { printName } from '../../../faults/words.ts';
import { operate } from '../../../services/operation.ts';
import { isRefused, type KafkaErrorName } from '../kafka-error.ts';
import { append } from '../observe.ts';
import type { PartitionQueue } from './accumulator.ts';
import type { Batch } from './batch.ts';
import { AttemptFailure } from './failure.ts';
import type { LogProducer } from './producer.ts';

const disconnected = (mayBeStored: boolean): AttemptFailure => new AttemptFailure('DISCONNECTED', mayBeStored);

export function attempt(producer: LogProducer, queue: PartitionQueue, batch: Batch): void {
  sent(producer, queue, batch).then(
    (baseOffset) => queue.stored(batch, baseOffset),
    (error: unknown) => {
      if (!(error instanceof AttemptFailure)) throw error;
      // Who waits for no answer hears of nothing but that the request could not be sent.
      if (producer.config.acks === 0 && error.mayBeStored) queue.stored(batch, -1);
      else queue.failed(batch, error);
    },
  );
}

function sent(producer: LogProducer, queue: PartitionQueue, batch: Batch): Promise<number> {
  const { runtime, connection, config } = producer;
  const { topic, partition, lane } = queue;
  const type = batch.handed[0]?.draft.message.type ?? topic;
  const ticket = lane.send();
  const { losses } = connection;
  let isSent = false;
  const leftUs = batch.createdUs + config.deliveryTimeoutUs - producer.nowUs;
  return operate<number>(connection.process, batch.moment, {
    runtime,
    phrase: `produce of ${printName(type)} to ${printName(runtime.name)}`,
    class: 'publish',
    touches: `${runtime.name}.${topic}/${partition}`,
    timeoutUs: config.acks === 0 ? 0 : Math.max(0, Math.min(config.requestTimeoutUs, leftUs)),
    effect: (answer) =>
      lane.arrive(ticket, () => {
        if (!connection.process.alive) return;
        if (connection.losses !== losses || !connection.isOpen) {
          answer.fail(disconnected(false));
          return;
        }
        isSent = true;
        const tell = (error: KafkaErrorName | undefined, baseOffset: number): void => {
          if (error === undefined) answer.ok(baseOffset);
          else answer.fail(new AttemptFailure(error, error === 'NOT_ENOUGH_REPLICAS_AFTER_APPEND' || isAppended));
        };
        let isAppended = false;
        const produced = append(producer, queue, batch);
        if (isRefused(produced)) {
          tell(produced.error, -1);
          return;
        }
        isAppended = true;
        const { baseOffset, whenReplicated } = produced;
        if (whenReplicated) whenReplicated((error) => tell(error, baseOffset));
        else tell(undefined, baseOffset);
      }),
    abandon: () => lane.arrive(ticket, () => undefined),
    refused: () => disconnected(false),
    failed: () => new AttemptFailure('NOT_ENOUGH_REPLICAS', config.acks === 0),
    unknown: () => {
      // A client that hears nothing gives the connection up and makes another.
      if (connection.isHalfOpen) connection.drop();
      return new AttemptFailure('REQUEST_TIMED_OUT', true);
    },
    isLostOnWay: () => connection.isHalfOpen,
    halfOpens: true,
    cutOff: () => (isSent && config.acks !== 0 && connection.losses !== losses ? disconnected(true) : undefined),
  });
}
