/** A small system with the real kafkajs: a workload that produces, and workers in one group. */
import type { Consumer, EachMessagePayload, Kafka, KafkaConfig, ProducerConfig } from 'kafkajs';
import type { RunRecord } from '../../sim/simulate.ts';
import { type Service, service } from '../../sim/services/service.ts';
import { play } from '../../sim/world.fixture.ts';
import { items } from '../../sim/brokers/log/client/consumer.fixture.ts';
import { kafka, type KafkaOptions, type KafkaPort } from '../kafkajs.ts';

type Topic = 'orders' | 'done';
const TOPICS: KafkaOptions<Topic>['topics'] = { orders: { partitions: 3 }, done: { partitions: 3 } };

const log = kafka('log', {
  topics: TOPICS,
  identify: ({ headers, body }) => ({
    id: String(headers['ce_id'] ?? (body as { id?: unknown }).id),
    type: String(headers['ce_type'] ?? 'Order'),
  }),
});
/** One broker: then a member's only loop is the one that its handler holds up. */
const alone = kafka('log', {
  topics: TOPICS,
  brokers: 1,
  identify: ({ body }) => ({ id: String((body as { id?: unknown }).id), type: 'Order' }),
});
type Ports = { log: KafkaPort };

export interface Asked {
  readonly faults?: readonly string[];
  readonly items?: number;
  readonly instances?: number;
  readonly client?: Partial<KafkaConfig>;
  readonly producer?: ProducerConfig;
  readonly worker?: (
    consumer: Consumer,
    client: Kafka,
    life: { instance: number; stopping: AbortSignal },
  ) => Promise<void>;
  readonly send?: (item: string, client: Kafka) => Promise<void>;
  readonly seed?: number;
  /** On a cluster of one broker. */
  readonly isAlone?: boolean;
}

/** Reads from the start, and hands what it was given to the handler. */
export function reading(handle: (payload: EachMessagePayload) => Promise<void>): NonNullable<Asked['worker']> {
  return async (consumer) => {
    await consumer.subscribe({ topics: ['orders'], fromBeginning: true });
    await consumer.run({ eachMessage: handle });
  };
}

function workers({ instances = 3, client = {}, worker = reading(async () => {}), isAlone }: Asked): Service {
  return service('workers', { log: isAlone ? alone : log }, async ({ log }, life) => {
    const own = log.client({ clientId: 'workers', ...client });
    const consumer = own.consumer({ groupId: 'workers' });
    life.stopping.addEventListener('abort', () => void consumer.disconnect());
    await consumer.connect();
    await worker(consumer, own, life);
  }).with({ instances });
}

export async function produceOne(item: string, client: Kafka, config: ProducerConfig = {}): Promise<void> {
  const producer = client.producer(config);
  await producer.connect();
  const headers = { ce_id: item, ce_type: 'Order' };
  await producer.send({ topic: 'orders', messages: [{ key: item, value: JSON.stringify({ id: item }), headers }] });
  await producer.disconnect();
}

export function run(asked: Asked): Promise<RunRecord> {
  const { faults = [], items: count = 6, client = {}, producer = {}, seed, isAlone } = asked;
  const send = async (item: string, { log }: Ports): Promise<void> => {
    const own = log.client({ clientId: 'source', ...client });
    await (asked.send ? asked.send(item, own) : produceOne(item, own, producer));
  };
  return play({
    uses: { log: isAlone ? alone : log },
    services: [workers(asked)],
    items: items(count),
    send,
    faults,
    ...(seed !== undefined && { seed }),
  });
}

/** Of each fault of the plan. */
export const tookEffect = ({ faults }: RunRecord): readonly boolean[] => faults.map((fault) => fault.tookEffect);
