/** Small worlds for specs: a workload whose items are their own keys, services, faults as sentences. */
import type { Ports, Uses } from './component.ts';
import { parseFault } from './faults/parse.ts';
import type { Entry, Happened } from './history/history.ts';
import type { Service, ServiceShape } from './services/service.ts';
import { inWorlds, type RunRecord, simulate } from './simulate.ts';

export function play<U extends Uses>(o: {
  uses: U;
  send: (item: string, ports: Ports<U>) => Promise<void>;
  items?: readonly string[];
  services?: readonly Service[];
  faults?: readonly string[];
  seed?: number;
  recordSites?: boolean;
}): Promise<RunRecord> {
  const { uses, send, items = ['p1'], services = [], faults = [], seed = 1, recordSites = false } = o;
  const workload = { uses, key: (item: string) => item, send: send as (item: string, ports: never) => Promise<void> };
  const system = { services: services as readonly ServiceShape[], workload };
  return inWorlds(() => simulate(system, items, { seed, plan: faults.map(parseFault), recordSites }));
}

/** `resolved`, or the code (else the class) of the error that the promise rejects with. */
export function ending(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    (error: unknown) => codeOf(error),
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error ? ((error as { code?: string }).code ?? error.name) : String(error);
}

/** The entries of these kinds, in order. */
export function entriesOf({ entries }: RunRecord, ...kinds: readonly string[]): readonly Entry[] {
  return entries.filter(({ kind }) => kinds.includes(kind));
}

export const happened = ({ data }: Entry): Happened => data as Happened;

/** What happened to messages, in words: `delivered p1 to reader/0, again`. */
export function story(record: RunRecord, ...kinds: readonly string[]): string[] {
  return entriesOf(record, ...kinds).map((entry) => {
    const { value, about } = happened(entry);
    const flag = about?.['redelivered'] === true ? ', again' : '';
    return `${entry.kind} ${(value as { id: string }).id} by ${entry.process}${flag}`;
  });
}
