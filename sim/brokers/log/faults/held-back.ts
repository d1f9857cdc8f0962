/**
 * A transaction of some other application stays open: readers of what is committed get nothing behind its record. It never
 * commits, so that they never see the record either; where somebody reads uncommitted it would be a message from nowhere,
 * and there is none.
 */
import { ordinal } from '../../../faults/words.ts';
import type { OnePartition } from '../../../services/log-target.ts';
import type { Envelope } from '../../message.ts';
import { isRefused } from '../kafka-error.ts';
import type { LogRuntime } from '../runtime.ts';

/** Longer than any window; as long as a cluster allows. */
const TIMEOUT_US = 900_000_000;
const NOTHING = (): void => undefined;

export function holdBack(runtime: LogRuntime<string>, of: OnePartition, strikes: () => void): () => void {
  const { topic, partition } = of;
  const { cluster, readers } = runtime;
  if (!isReadCommitted(runtime, topic) || !cluster.partition(topic, partition)?.leader) return NOTHING;
  const transactionalId = `another application's ${ordinal(runtime.simulation.count('another application'))}`;
  const { transactions } = cluster;
  const given = transactions.initProducerId({ transactionalId, timeoutUs: TIMEOUT_US });
  if (isRefused(given)) return NOTHING;
  const asking = { transactionalId, ...given };
  transactions.addPartitionsToTxn(asking, [{ topic, partition }]);
  const { producerId: id, epoch } = given;
  const producer = { id, epoch, firstSequence: 0, transactional: true };
  const records = [{ key: transactionalId, envelope: foreign(transactionalId), tombstone: false }];
  const produced = cluster.produce({ topic, partition, acks: 1, records, producer });
  if (isRefused(produced)) return NOTHING;
  const { baseOffset } = produced;
  const look = (): void => {
    const leader = cluster.partition(topic, partition)?.leader;
    const isRead = runtime.reads.some((each) => each.has(topic, partition));
    if (isRead && leader?.lastStable === baseOffset && leader.highWatermark > baseOffset + 1) strikes();
  };
  readers.add(look);
  return () => {
    look();
    readers.delete(look);
    transactions.endTxn(asking, 'abort');
  };
}

/** By all that read it now. */
export function isReadCommitted(runtime: LogRuntime<string>, topic: string): boolean {
  const of = runtime.reads.filter(({ topics }) => topics.includes(topic));
  return of.length > 0 && of.every(({ isolation }) => isolation === 'read_committed');
}

function foreign(id: string): Envelope {
  const message = Object.freeze({ id, type: 'Foreign', headers: Object.freeze({}), body: null, parsed: true });
  return { message, text: 'null', lineage: JSON.stringify(id), entry: -1, expirationUs: undefined, durable: true };
}
