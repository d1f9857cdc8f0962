/**
 * Round trips through a queue: published, routed, delivered, one row stored by an async handler, acked; all recorded and hashed.
 * Beside it a bare loop that takes as many steps from a heap, drains as often, and keeps as many entries.
 */
import { queueBroker, tables } from '../../index.ts';
import { drain } from '../../sim/kernel/host.ts';
import { World } from '../../sim/kernel/world.ts';
import { service, type ServiceShape } from '../../sim/services/service.ts';
import { inWorlds, type RunRecord, simulate, type System } from '../../sim/simulate.ts';
import { BinaryHeap } from './binary-heap.ts';
import { cpuUsOf, type Row } from './row.ts';

const TRIPS = 5_000;
/** A step of Chronos, a simulator in TypeScript, took so long on such a machine. */
const CHRONOS_US = 8;
const UNBOUND = { steps: Infinity, entries: Infinity, virtualUs: Infinity };

/** @param queues how many there are besides; @param consumers on the one that is used */
export function roundTrips({ queues = 0, consumers = 1 } = {}): System {
  const others = Array.from({ length: queues }, (_, n) => [`other-${n}`, {}] as const);
  const mq = queueBroker('mq', { queues: { work: {}, ...Object.fromEntries(others) } });
  const db = tables<{ done: { id: string; of: string } }>('db', { done: { key: 'id' } });
  const worker = service('worker', { mq, db }, (ports) => {
    ports.mq.consume<{ of: string }>('work').subscribe(async ({ message: { id, body }, ack }) => {
      await ports.db.transaction((tx) => tx.insert('done', { id, of: body.of }));
      await ack();
    });
  }).with({ instances: consumers });
  return {
    services: [worker as ServiceShape],
    workload: {
      uses: { mq },
      key: (id: string) => id,
      send: ((id: string, ports: { mq: NonNullable<(typeof mq)['~port']> }) =>
        ports.mq.publish({ key: 'work' }, { of: 'somebody' }, { id, type: 'Work' })) as System['workload']['send'],
    },
  };
}

export function play(system: System, trips = TRIPS): Promise<RunRecord> {
  const items = Array.from({ length: trips }, (_, n) => `w${n}`);
  return inWorlds(() => simulate(system, items, { seed: 1, plan: [], bounds: UNBOUND }));
}

/** In how many steps user code was entered: each of them is drained. */
async function drainsOf(system: System): Promise<number> {
  const { enterContext } = World.prototype;
  const entered = new Set<number>();
  World.prototype.enterContext = function (this: World, ...args: Parameters<typeof enterContext>): void {
    entered.add(this.steps);
    enterContext.apply(this, args);
  };
  try {
    await play(system);
  } finally {
    World.prototype.enterContext = enterContext;
  }
  return entered.size;
}

async function bareUs(steps: number, drains: number, entries: number): Promise<number> {
  const heap = new BinaryHeap();
  const history: object[] = [];
  const nothing = (): void => {};
  heap.after(100, nothing);
  let drained = 0;
  return cpuUsOf(async () => {
    for (let n = 1; n <= steps; n++) {
      heap.take()?.run();
      heap.after(100, nothing);
      while (history.length < (n * entries) / steps)
        history.push({
          n: history.length,
          timeUs: heap.nowUs,
          process: 'worker/0',
          kind: 'delivered',
          data: { of: 'somebody' },
          causes: [n],
        });
      for (; drained < (n * drains) / steps; drained++) {
        void Promise.resolve().then(nothing);
        await drain();
      }
    }
  });
}

const system = roundTrips();
let drains: number | undefined;

async function measuredTrips(): Promise<{ us: number; record: RunRecord }> {
  let record: RunRecord | undefined;
  const us = await cpuUsOf(async () => {
    record = await play(system);
  });
  return { us, record: record as RunRecord };
}

export const queue: readonly Row[] = [
  {
    name: 'queue round trips against a bare loop of as many steps',
    unit: 'x',
    bar: 0.5,
    holds: 'at least',
    async measure() {
      drains ??= await drainsOf(system);
      const { us, record } = await measuredTrips();
      return (await bareUs(record.steps, drains, record.entries.length)) / us;
    },
  },
  {
    name: 'a step of a queue round trip (Chronos took 8 us)',
    unit: 'us',
    bar: CHRONOS_US,
    holds: 'at most',
    async measure() {
      const { us, record } = await measuredTrips();
      return us / record.steps;
    },
  },
];
