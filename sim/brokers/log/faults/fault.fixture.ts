/** A small system with a log, for specs of its faults: every worker handles for a while, then commits. */
import type { RunRecord } from '../../../simulate.ts';
import { type Service, service } from '../../../services/service.ts';
import { play } from '../../../world.fixture.ts';
import { items, sleep } from '../client/consumer.fixture.ts';
import type { ConsumerOptions } from '../client/consumer-options.ts';
import { logBroker } from '../component.ts';
import type { LogPort } from '../port.ts';

export const log = logBroker('log', {
  topics: {
    orders: { partitions: 2 },
    kept: { partitions: 1, retentionMs: 60_000 },
    latest: { partitions: 1, cleanup: 'compact' },
    risky: { partitions: 1, uncleanElection: true },
    single: { partitions: 1, replicas: 1, uncleanElection: true },
    pair: { partitions: 1, replicas: 2 },
  },
});
export type Topic = 'orders' | 'kept' | 'latest' | 'risky' | 'single' | 'pair';
export type Log = LogPort<Topic>;
const uses = { log };

export interface Asked {
  readonly topic?: Topic;
  readonly faults?: readonly string[];
  readonly items?: number;
  /** How long a worker is at a record. */
  readonly worksMs?: number;
  /** How many workers; default: 2. */
  readonly members?: number;
  /** The only record that is committed once it is done; default: each. */
  readonly commits?: string;
  readonly consumer?: Partial<ConsumerOptions>;
  readonly produce?: (item: string, log: Log) => Promise<void>;
}

/** Workers in one group. */
export function workers({ topic = 'orders', worksMs = 10, members = 2, commits, consumer = {} }: Asked): Service {
  return service('workers', uses, ({ log }) => {
    const options = { group: 'workers', ...consumer };
    void log.consumer([topic], { ...options, autoCommit: false }).eachMessage(async ({ message, commit }) => {
      await sleep(worksMs);
      if (message.id === (commits ?? message.id)) await commit();
    });
  }).with({ instances: members });
}

export function run(asked: Asked): Promise<RunRecord> {
  const { topic = 'orders', faults = [], items: count = 4, produce } = asked;
  const send = async (item: string, { log }: { log: Log }): Promise<void> => {
    if (produce) await produce(item, log);
    else await log.produce(topic, { id: item, type: 'Order', key: item, body: { item } });
  };
  return play({ uses, services: [workers(asked)], items: items(count), send, faults });
}

/** What became of the n-th fault of the plan. */
export function fate({ faults }: RunRecord, n = 0): 'took effect' | 'no effect' | 'not reached' {
  const { reached, tookEffect } = faults[n] ?? {};
  return tookEffect ? 'took effect' : reached ? 'no effect' : 'not reached';
}
