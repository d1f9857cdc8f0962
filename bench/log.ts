/**
 * The log broker's core under a million records: one topic of one partition, three replicas, an idempotent producer, and three
 * readers that keep up. What a record costs must not grow with the log. Run it by `npm run bench:log`.
 */
import { LogCluster } from '../sim/brokers/log/cluster.ts';
import { isRefused, type Refused } from '../sim/brokers/log/kafka-error.ts';
import type { NewRecord } from '../sim/brokers/log/record.ts';
import { realTimeMs } from '../sim/kernel/host.ts';
import { collect } from './collect.ts';

const RECORDS = 1_000_000;
const PART = 250_000;
const BATCH = 10;
const READERS = 3;

/** One message for all: what is measured is what the log keeps of a record, without its text. */
const message = { id: 'm', type: 'T', body: null, headers: {}, parsed: true };
const envelope = { message, text: '{"n":1}', lineage: 'T#m', entry: 0, expirationUs: undefined, durable: true };
const records: readonly NewRecord[] = Array.from({ length: BATCH }, () => ({ envelope, tombstone: false }));

let nowUs = 0;
const nothing = (): void => {};
const hooks = { behind: nothing, readable: nothing, truncated: nothing, led: nothing };
const cluster = new LogCluster({ topics: { work: { partitions: 1 } } }, hooks, () => nowUs);
const place = { topic: 'work', partition: 0 };
const positions = Array.from({ length: READERS }, () => 0);

function taken<T extends object>(answer: T | Refused): T {
  if (isRefused(answer)) throw new Error(answer.error);
  return answer;
}

const { producerId: id, epoch } = taken(cluster.transactions.initProducerId());

function produceAndRead(firstSequence: number): number {
  nowUs += 100;
  const producer = { id, epoch, firstSequence, transactional: false };
  taken(cluster.produce({ ...place, acks: 'all', records, producer })).whenReplicated?.(nothing);
  cluster.replicate('work', 0);
  let read = 0;
  for (const [n, offset] of positions.entries()) {
    const isolation = n === 0 ? 'read_committed' : 'read_uncommitted';
    const fetched = taken(cluster.fetch({ ...place, offset, isolation, maxRecords: 500 }));
    positions[n] = fetched.nextOffset;
    read += fetched.records.length;
  }
  return read;
}

collect();
const emptyBytes = process.memoryUsage().heapUsed;
for (let done = 0; done < RECORDS; done += PART) {
  const startedMs = realTimeMs();
  let read = 0;
  for (let n = done; n < done + PART; n += BATCH) read += produceAndRead(n);
  const us = ((realTimeMs() - startedMs) * 1000) / PART;
  collect();
  const bytes = (process.memoryUsage().heapUsed - emptyBytes) / (done + PART);
  process.stdout.write(
    `${String(done + PART).padStart(9)} records, ${us.toFixed(2)} us each for the last ${PART}, ${Math.round(bytes)} bytes each, ${read} read\n`,
  );
}
