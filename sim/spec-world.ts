/** For specs: a broker, a store and a gateway, and runs of tiny services in them from sentences. */
import { queueBroker } from './brokers/queue/component.ts';
import type { Component, Ports, Uses } from './component.ts';
import { external } from './external/external.ts';
import { parseFault } from './faults/parse.ts';
import type { Entry, Happened } from './history/history.ts';
import type { Bounds } from './kernel/bounds.ts';
import { type Life, service, type ServiceShape } from './services/service.ts';
import type { WorkloadShape } from './services/source.ts';
import { inWorlds, type RunRecord, simulate } from './simulate.ts';
import { tables } from './stores/tables.ts';

export const mq = queueBroker('mq', { queues: { letters: { deadLetterTo: 'dead' }, dead: {}, replies: {} } });
export const db = tables<{
  notes: { id: string; text: string };
  leases: { id: string; until: number; owner?: number };
}>('db', {
  notes: { key: 'id' },
  leases: { key: 'id' },
});
export const card = external('card', { charge: { reply: (request: { id: string }) => ({ receipt: request.id }) } });

const uses = { mq, db, card };
export type Here = Ports<typeof uses>;

/** A service with all the components at hand. */
export function tiny(start: (ports: Here, life: Life) => void | Promise<void>, name = 'tiny'): ServiceShape {
  return service(name, uses, start) as ServiceShape;
}

export interface RunOptions {
  readonly items?: readonly string[];
  readonly plan?: readonly string[];
  readonly seed?: number;
  readonly bounds?: Partial<Bounds>;
  readonly recordSites?: boolean;
  readonly send?: (item: string, ports: Here) => Promise<void>;
}

const sendLetter = (item: string, { mq: { publish } }: Here): Promise<void> =>
  publish({ key: 'letters' }, { text: item }, { id: item, type: 'Letter' });

/** One run; the guards must be in place (`inWorlds`). */
export function runIn(services: readonly ServiceShape[], o: RunOptions = {}): Promise<RunRecord> {
  const workload = { uses: uses as Uses, key: (item: string) => item, send: o.send ?? sendLetter };
  return simulate({ services, workload: workload as unknown as WorkloadShape }, o.items ?? [], {
    seed: o.seed ?? 1,
    plan: (o.plan ?? []).map(parseFault),
    bounds: o.bounds,
    recordSites: o.recordSites,
  });
}

/** One run with the guards put in place for it. */
export function run(services: readonly ServiceShape[], o: RunOptions = {}): Promise<RunRecord> {
  return inWorlds(() => runIn(services, o));
}

/** The entries of a kind, of one component if given. */
export function entriesOf(record: RunRecord, kind: string, of?: Component<unknown>): readonly Entry[] {
  return record.entries.filter(
    (entry) => entry.kind === kind && (!of || (entry.data as Happened).component === of.name),
  );
}
