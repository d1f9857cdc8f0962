import { expect, test } from 'vitest';
import { GRACE_US } from '../../faults/fault.ts';
import { service } from '../../services/service.ts';
import type { Life } from '../../services/service.ts';
import { entriesOf, play } from '../../world.fixture.ts';
import { EPOCH_MS } from '../world.ts';

const atMs = (): number => Date.now() - EPOCH_MS;

/** What becomes of a service, in words. */
async function lives(start: (life: Life) => void | Promise<void>, faults: readonly string[] = []): Promise<string[]> {
  const record = await play({
    uses: {},
    items: [],
    send: async () => {},
    services: [service('worker', {}, (_, life) => start(life))],
    faults,
  });
  return entriesOf(record, 'started', 'crashed', 'stopped').map(({ process, kind, data }) => {
    const { why } = data as { why?: string };
    return why === undefined ? `${process} ${kind}` : `${process} ${kind}: ${why}`;
  });
}

test('process.exit ends the process whose code calls it, and nothing behind it runs', async () => {
  const ran: string[] = [];
  let starts = 0;
  const told = await lives(async () => {
    if (++starts > 1) return;
    process.on('exit', (code) => ran.push(`exit ${code}`));
    setTimeout(() => ran.push('timer'), 20);
    try {
      process.exit(3);
    } finally {
      ran.push('finally');
    }
    ran.push('behind');
  });
  expect(told).toEqual(['worker/0 started', 'worker/0 crashed: process.exit 3', 'worker/0.2 started']);
  expect(ran).toEqual(['exit 3', 'finally']);
});

test('SIGTERM is heard when the process is asked to stop; exit ends it before the grace is over', async () => {
  const heard: string[] = [];
  const told = await lives(() => {
    if (atMs() > 1_000) return;
    setInterval(() => {}, 100);
    process.once('SIGTERM', (signal) => {
      heard.push(signal);
      setTimeout(() => process.exit(0), 500);
    });
  }, ['deploy of worker at 1 s']);
  expect(GRACE_US).toBeGreaterThan(500_000);
  expect(heard).toEqual(['SIGTERM']);
  expect(told).toContain('worker/0 stopped: process.exit 0');
});

test.each(['unhandledRejection', 'uncaughtException'] as const)(
  'who listens for %s does not die of it',
  async (event) => {
    const heard: string[] = [];
    const fails = (): void => {
      if (event === 'unhandledRejection') void Promise.reject(new RangeError('nobody'));
      else setTimeout(() => JSON.parse('{'), 1);
    };
    const told = await lives(() => {
      process.on(event, (error: unknown) => heard.push((error as Error).name));
      fails();
    });
    expect(heard).toEqual([event === 'unhandledRejection' ? 'RangeError' : 'SyntaxError']);
    expect(told).toEqual(['worker/0 started']);
    const dead = await lives(() => void (atMs() < 10 && fails()));
    expect(dead).toHaveLength(3);
  },
);

test('listeners are each process own, go with it, and never reach the machine', async () => {
  const real = process.listenerCount('SIGTERM');
  const counts: number[] = [];
  let starts = 0;
  await lives(() => {
    process.on('SIGTERM', () => {});
    counts.push(process.listenerCount('SIGTERM'));
    if (++starts < 3) process.exit(1);
  });
  expect(counts).toEqual([1, 1, 1]);
  expect(process.listenerCount('SIGTERM')).toBe(real);
});
