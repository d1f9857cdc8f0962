/** What more workers are good for on either channel: the backlog of a burst; each customer’s order is kept by the log alone, however many there are. */
import { expect, test } from 'vitest';
import { type Entry, run } from '../../index.ts';
import type { ScenarioShape } from '../../properties/scenario.ts';
import { overLog, overQueue } from './channel.ts';
import scenario from './same-system-two-channels.scenario.ts';
import { shippingOver } from './shipping.ts';
import type { ChannelName } from './system.ts';

interface About {
  readonly channels: readonly string[];
  readonly value: { readonly orderId: string; readonly customer: string; readonly via: ChannelName };
}

const about = ({ data }: Entry): About => data as About;
/** Two for each partition of the log. */
const CUSTOMERS = ['Ann', 'Zoë', 'Kim', 'Bob', 'Yann', 'Lea'];
const workload = Array.from({ length: 12 }, (_, n) => ({
  orderId: `o${String(n + 1).padStart(2, '0')}`,
  customer: CUSTOMERS[n % CUSTOMERS.length] as string,
  pieces: 1,
}));
const slow = (service: string): string => `every operation of ${service} takes 200 ms longer from 0 s to 90 s`;
const FAULTS = ['burst of 12 items from o01', slow('shipping-by-queue'), slow('shipping-by-log')];

/** What so many workers on each channel ship of a burst, and when. */
async function shippedBy(instances: number): Promise<Record<ChannelName, readonly Entry[]>> {
  const { services } = scenario as unknown as ScenarioShape;
  const [shippingByQueue, shippingByLog] = [overQueue, overLog].map((over) => shippingOver(over).with({ instances }));
  const scaled = { ...scenario, services: { ...services, shippingByQueue, shippingByLog } } as typeof scenario;
  const result = await run(scaled, { workload, faults: FAULTS });
  expect([result.outcome, result.notReached]).toEqual(['quiet', []]);
  expect(Object.entries(result.properties).filter(([, { verdict }]) => verdict === 'fail')).toEqual([]);
  const shipments = [...result.history()].filter(
    (entry) => entry.kind === 'inserted' && about(entry).channels.includes('shipments'),
  );
  const by = (channel: ChannelName): readonly Entry[] =>
    shipments.filter((entry) => about(entry).value.via === channel);
  return { queue: by('queue'), log: by('log') };
}

test.each(['queue', 'log'] as const)(
  'on the %s: the more workers, the sooner a burst is worked off, and each order once',
  async (channel) => {
    const [one, two, three] = (await Promise.all([1, 2, 3].map(shippedBy))).map((shipped) => shipped[channel]);
    const all = [one, two, three].map((shipped) => shipped ?? []);
    const ids = workload.map(({ orderId }) => orderId);
    expect(all.map((shipped) => shipped.map((entry) => about(entry).value.orderId).toSorted())).toEqual([
      ids,
      ids,
      ids,
    ]);
    expect(all.map((shipped) => new Set(shipped.map(({ process }) => process)).size)).toEqual([1, 2, 3]);
    const took = all.map((shipped) => (shipped.at(-1)?.timeUs ?? 0) - (shipped[0]?.timeUs ?? 0));
    expect((took[1] as number) < (took[0] as number) * 0.7 && (took[2] as number) < (took[1] as number) * 0.9).toBe(
      true,
    );
  },
);
