/** What an entry is about, read from data that may hold anything. */
import { inShort, rootOf as rootOfLineage } from '../../../sim/faults/words.ts';
import type { Entry } from '../../../sim/history/history.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface Told {
  readonly component: string;
  readonly channels: readonly string[];
  readonly value: Fields;
  readonly about: Fields;
  readonly all: Fields;
}

export function toldBy({ data }: Entry): Told {
  const all = fieldsOf(data);
  const { component, channels } = all;
  return {
    component: textOf(component),
    channels: Array.isArray(channels) ? channels.filter((name) => typeof name === 'string') : [],
    value: fieldsOf(all['value']),
    about: fieldsOf(all['about']),
    all,
  };
}

/** `db.charges`, or the component alone. */
export function placeOf(entry: Entry): string {
  const { component, channels } = toldBy(entry);
  return channels.length === 0 ? component : `${component}.${channels.join(',')}`;
}

/** The service's instance, whatever its incarnation: `billing/0.2` is `billing/0` after a restart. */
export function actorOf({ process }: Entry): string {
  const [, name, instance] = /^(.*)\/(\d+)(?:\.\d+)?$/su.exec(process) ?? [];
  if (name === undefined) return process === 'workload' ? 'the workload' : process;
  return name === 'workload' ? 'the workload' : `${name}/${instance}`;
}

/** Whichever of its instances it is. */
export function serviceOf(entry: Entry): string {
  return actorOf(entry).replace(/\/\d+$/, '');
}

/** The message or event by its lineage, else by type and id. */
export function subjectOf(entry: Entry): string {
  const { about, value } = toldBy(entry);
  const lineage = textOf(about['lineage']);
  return lineage === ''
    ? [textOf(value['type']), textOf(value['id'])].filter(Boolean).join(' ') || 'a message'
    : inShort(lineage);
}

/** The workload item that it was done for, where it can be told. */
export function itemOf(entries: readonly Entry[], entry: Entry): string {
  const cause = entries[entry.causes[0] ?? -1];
  return rootOf(entry) || (cause ? rootOf(cause) : '');
}

/** The workload item that it goes back to, where its message says so. */
export function rootOf(entry: Entry): string {
  return rootOfLineage(textOf(toldBy(entry).about['lineage']));
}

/** What a failover cut off, by lineage; nothing of any other entry. */
export function lostIn(entry: Entry): readonly string[] {
  const { lost } = toldBy(entry).value;
  return entry.kind === 'truncated' && Array.isArray(lost) ? lost.map(textOf) : [];
}

/** A text or number as text; empty for anything else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'bigint' ? `${value}` : '';
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
