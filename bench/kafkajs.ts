/**
 * 100 runs of a scenario of 50 messages over kafkajs, read by one consumer: the sender connects once, or anew for each message and
 * never lets go, as short scripts do. Run it by `npm run bench:kafkajs`.
 */
import type { Producer } from 'kafkajs';
import { kafka, type KafkaPort } from '../adapters/kafkajs.ts';
import { service, type ServiceShape } from '../sim/services/service.ts';
import type { WorkloadShape } from '../sim/services/source.ts';
import { inWorlds, simulate, type System } from '../sim/simulate.ts';

const MESSAGES = 50;
const RUNS = 100;
const WARM_UP = 20;

const log = kafka('log', { topics: { work: { partitions: 3 } } });
type Here = { readonly log: KafkaPort };

const worker = service('worker', { log }, async ({ log }) => {
  const consumer = log.client({ clientId: 'worker' }).consumer({ groupId: 'workers' });
  await consumer.connect();
  await consumer.subscribe({ topic: 'work', fromBeginning: true });
  await consumer.run({ eachMessage: async () => {} });
});

async function open({ log }: Here): Promise<Producer> {
  const producer = log.client().producer({ idempotent: true });
  await producer.connect();
  return producer;
}

const send = (item: string, producer: Producer): Promise<unknown> =>
  producer.send({
    topic: 'work',
    messages: [{ key: item, value: JSON.stringify({ item }), headers: { ce_id: item } }],
  });

const producers = new WeakMap<Here, Promise<Producer>>();

function sharedBy(ports: Here): Promise<Producer> {
  const known = producers.get(ports);
  if (known) return known;
  const producer = open(ports);
  producers.set(ports, producer);
  return producer;
}

const SENDS: Readonly<Record<string, (item: string, ports: Here) => Promise<unknown>>> = {
  'one producer': async (item, ports) => send(item, await sharedBy(ports)),
  'one for each message': async (item, ports) => send(item, await open(ports)),
};

const items = Array.from({ length: MESSAGES }, (_, n) => `p${n}`);

async function measure(name: string, by: (item: string, ports: Here) => Promise<unknown>): Promise<void> {
  const workload = { uses: { log }, key: (item: string) => item, send: by } as unknown as WorkloadShape;
  const system: System = { services: [worker as ServiceShape], workload };
  for (let n = 0; n < WARM_UP; n++) await simulate(system, items, { seed: RUNS + n, plan: [] });
  const before = process.cpuUsage();
  let steps = 0;
  for (let n = 0; n < RUNS; n++) steps += (await simulate(system, items, { seed: n, plan: [] })).steps;
  const { user, system: inKernel } = process.cpuUsage(before);
  const seconds = (user + inKernel) / 1_000_000;
  process.stdout.write(
    `${name.padEnd(22)} ${seconds.toFixed(2)} s of one core, ${Math.round(steps / RUNS)} steps a run\n`,
  );
}

await inWorlds(async () => {
  for (const [name, by] of Object.entries(SENDS)) await measure(name, by);
});
