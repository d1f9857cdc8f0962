/** How a consumer's records come to its code: as an Observable's values, or as arguments of a handler. */
import type { Subscriber } from 'rxjs';
import type { Process } from '../../../services/process.ts';
import { nameOf } from '../../../thrown.ts';
import type { LogConsumer } from './consumer.ts';
import { LiveBatch, type LiveRecord, type LogBatch, type LogDelivery } from './delivery.ts';

/** How long a handler that failed is given, doubling with each failure (kafkajs: `retry.initialRetryTime`, `maxRetryTime`). */
const BACKOFF_US = 300_000;
const BACKOFF_MAX_US = 30_000_000;

export interface Reading {
  readonly isBatched: boolean;
  /** Runs in the consumer's code. */
  hand(one: LiveRecord | LiveBatch): void;
  failed(error: Error, process: Process): void;
}

type Handle = LogDelivery<unknown> | LogBatch<unknown>;

export function observed(subscriber: Subscriber<never>, isBatched: boolean): Reading {
  const to = subscriber as Subscriber<Handle>;
  return {
    isBatched,
    hand: ({ handle }) => to.next(handle),
    failed: (error) => to.error(error),
  };
}

export function handled(
  consumer: LogConsumer,
  isBatched: boolean,
  handler: (handle: never) => Promise<void> | void,
): Reading {
  const handle = async (one: LiveRecord | LiveBatch): Promise<void> => (handler as (of: Handle) => void)(one.handle);
  return {
    isBatched,
    hand: (one) => {
      one.isHandled = false;
      handle(one)
        .then(
          () => succeeded(consumer, one),
          (error: unknown) => failed(consumer, one, error),
        )
        .finally(() => {
          one.isHandled = true;
          consumer.hands.look(one);
        });
    },
    failed: (error, process) => process.fail(error),
  };
}

const recordsOf = (one: LiveRecord | LiveBatch): readonly LiveRecord[] =>
  one instanceof LiveBatch ? one.records : [one];

async function succeeded(consumer: LogConsumer, one: LiveRecord | LiveBatch): Promise<void> {
  const { pump } = one;
  pump.backoffUs = 0;
  const last = recordsOf(one).at(-1);
  pump.lastHandled = last;
  if (last && consumer.settings.autoCommit !== false) await commits(consumer, last, BACKOFF_US);
}

/** What its commit fails with, the next one makes good, or whoever gets the partition; until then it is tried again. */
async function commits(consumer: LogConsumer, last: LiveRecord, backoffUs: number): Promise<void> {
  const { pump } = last;
  if (last.isCommitted || pump.lastHandled !== last || pump.ownership.isOver) return;
  try {
    await last.handle.commit();
  } catch {
    const next = Math.min(backoffUs * 2, BACKOFF_MAX_US);
    consumer.courier.later(backoffUs, () => void commits(consumer, last, next));
  }
}

/** It comes again after a while. */
function failed(consumer: LogConsumer, one: LiveRecord | LiveBatch, error: unknown): void {
  const { pump } = one;
  const [first] = recordsOf(one);
  if (!first) return;
  const backoffUs = pump.backoffUs === 0 ? BACKOFF_US : Math.min(pump.backoffUs * 2, BACKOFF_MAX_US);
  pump.backoffUs = backoffUs;
  const { runtime, process } = consumer;
  const { message, moment } = first.handed;
  process.simulation.throws.note(process.service, error);
  const about = { lineage: first.record.envelope.lineage, error: nameOf(error), backoffUs };
  runtime.note(process.label, 'handlerFailed', pump.ownership.topic, message, about, moment.causes);
  pump.again(first.record.offset, backoffUs);
}
