/** A change that only makes a failure less likely is no fix, although the saved failure no longer fails. */
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { effectOnce, queueBroker, scenario, service, tables } from '../../../index.ts';
import type { Scenario } from '../../../index.ts';
import type { ScenarioShape } from '../../scenario.ts';
import { campaign } from '../campaign.ts';
import { readRepro, replay, type ReplayResult } from '../replay.ts';

const mq = queueBroker('mq', { queues: { signups: {} } });
const db = tables<{ seen: { id: string }; welcomes: { n: string; email: string } }>('db', {
  seen: { key: 'id' },
  welcomes: { key: 'n', sequences: ['n'] },
});

/** @param jitterMs waits up to so long before it looks, so that two copies do not look at the same time */
function greeter(jitterMs: number, hasKey: boolean) {
  return service('greeter', { mq, db }, (ports) => {
    ports.mq.consume<{ email: string }>('signups').subscribe(async ({ message: { id, body }, ack, nack }) => {
      try {
        if (jitterMs > 0) await setTimeout(Math.random() * jitterMs);
        await ports.db.transaction(async (tx) => {
          if (hasKey ? !(await tx.insertIfAbsent('seen', { id })) : await tx.get('seen', id)) return;
          await tx.insert('welcomes', { n: `${await tx.next('n')}`, email: body.email });
          if (!hasKey) await tx.put('seen', { id });
        });
        await ack();
      } catch {
        await nack().catch(() => {});
      }
    });
  });
}

const looksFirst = greeter(0, false).with({ instances: 2 });

const shape = scenario({
  name: 'hurried',
  services: { greeter: looksFirst },
  workload: {
    item: fc.record({ email: fc.integer({ min: 1, max: 99 }).map((n) => `ann${n}@example.com`) }),
    key: (signup) => signup.email,
    uses: { mq },
    send: (signup, ports) => ports.mq.publish({ key: 'signups' }, signup, { id: signup.email, type: 'SignedUp' }),
  },
  properties: [effectOnce(db.table.welcomes.inserted.by((row) => row.email))],
  variants: {
    jitters: { breaks: 'I1', because: 'it is luck', services: { greeter: greeter(30, false).with({ instances: 2 }) } },
    mended: { breaks: 'I1', because: 'it is right', services: { greeter: greeter(0, true).with({ instances: 2 }) } },
  },
  faults: { without: { poison: 'every body has an address' } },
}) as Scenario<unknown> as ScenarioShape;

/** Of the failures of several campaigns the first that the change seems to have mended. */
async function seemingly(variant: string): Promise<ReplayResult> {
  for (let seed = 1; ; seed++) {
    const { failures } = await campaign(shape, 'correct', { seed, runs: 200, bail: true });
    const replayed = await replay(shape, readRepro(failures[0]?.token ?? ''), { variant, neighbourhood: true });
    if (replayed.verdict === 'fixed') return replayed;
  }
}

test('waiting a little at random seems to mend a race; its neighbourhood still fails', async () => {
  const { neighbourhood } = await seemingly('jitters');
  expect(neighbourhood?.runs).toBe(50);
  expect(neighbourhood?.failed).toBeGreaterThan(0);
  expect(neighbourhood?.failed).toBeLessThan(50);
});

test('a unique key mends it; nothing in its neighbourhood fails', async () => {
  expect((await seemingly('mended')).neighbourhood).toEqual({ runs: 50, failed: 0 });
});
