/**
 * 100 runs of a scenario of 50 messages over amqplib: the sender connects once, or anew for each message, as short scripts do. Run it
 * by `npm run bench:amqplib`.
 */
import type { ConfirmChannel } from 'amqplib';
import { rabbit, type RabbitPort } from '../adapters/amqplib.ts';
import { service, type ServiceShape } from '../sim/services/service.ts';
import type { WorkloadShape } from '../sim/services/source.ts';
import { inWorlds, simulate, type System } from '../sim/simulate.ts';

const MESSAGES = 50;
const RUNS = 100;
const WARM_UP = 20;

const mq = rabbit('mq', { queues: ['work'] });
type Here = { readonly mq: RabbitPort };

const worker = service('worker', { mq }, async ({ mq }) => {
  const channel = await (await mq.connect()).createChannel();
  await channel.prefetch(10);
  await channel.assertQueue('work');
  await channel.consume('work', (msg) => msg && channel.ack(msg));
});

const open = async ({ mq }: Here): Promise<ConfirmChannel> => (await mq.connect()).createConfirmChannel();

async function publish(item: string, channel: ConfirmChannel): Promise<void> {
  channel.sendToQueue('work', Buffer.from(JSON.stringify({ item })), { messageId: item, type: 'T' });
  await channel.waitForConfirms();
}

const channels = new WeakMap<Here, Promise<ConfirmChannel>>();

function sharedBy(ports: Here): Promise<ConfirmChannel> {
  const known = channels.get(ports);
  if (known) return known;
  const channel = open(ports);
  channels.set(ports, channel);
  return channel;
}

const SENDS: Readonly<Record<string, (item: string, ports: Here) => Promise<void>>> = {
  'one connection': async (item, ports) => publish(item, await sharedBy(ports)),
  'one for each message': async (item, ports) => publish(item, await open(ports)),
};

const items = Array.from({ length: MESSAGES }, (_, n) => `p${n}`);

async function measure(name: string, send: (item: string, ports: Here) => Promise<void>): Promise<void> {
  const workload = { uses: { mq }, key: (item: string) => item, send } as unknown as WorkloadShape;
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
  for (const [name, send] of Object.entries(SENDS)) await measure(name, send);
});
