/** Numbers over virtual time, as the history shows them: a step at each entry that changes one. */
import type { EntryResult } from '../../../../properties/runner/result.ts';
import { channelsOf, componentOf, fieldsOf, textOf } from '../../../fields.ts';

export interface Series {
  readonly name: string;
  /** From this entry (by index) on it is so many. */
  readonly steps: readonly { readonly at: number; readonly value: number }[];
}

export interface Chart {
  readonly title: string;
  /** What is counted, for those who see no chart. */
  readonly what: string;
  readonly series: readonly Series[];
}

const TITLES = {
  ready: ['Queue depth', 'messages ready in each queue'],
  flight: ['In flight', 'messages delivered and not settled, in each queue'],
  lag: ['Consumer lag', 'records between what a group has committed and the end, in each partition'],
  dead: ['Dead letters', 'messages dead-lettered so far, by queue'],
  retries: ['Retries', 'deliveries of a message that was delivered before, so far'],
} as const;

type Measure = keyof typeof TITLES;

export function chartsOf(entries: readonly EntryResult[]): readonly Chart[] {
  const counts = new Counts();
  for (const [at, entry] of entries.entries()) count(counts, entry, at);
  return (Object.keys(TITLES) as Measure[]).flatMap((measure) => {
    const series = counts.of(measure).filter(({ steps }) => steps.some(({ value }) => value > 0));
    const [title, what] = TITLES[measure];
    return series.length === 0 ? [] : [{ title, what, series }];
  });
}

class Counts {
  readonly #series = new Map<string, { name: string; steps: { at: number; value: number }[] }>();
  /** Deliveries not settled: who has how many, by queue and process. */
  readonly held = new Map<string, number>();
  /** Records written and committed, by partition and by group. */
  readonly ends = new Map<string, number>();
  readonly seen = new Set<string>();

  add(measure: Measure, name: string, by: number, at: number): void {
    const before = this.#get(measure, name).steps.at(-1)?.value ?? 0;
    this.set(measure, name, Math.max(0, before + by), at);
  }

  set(measure: Measure, name: string, value: number, at: number): void {
    const { steps } = this.#get(measure, name);
    const last = steps.at(-1);
    if (last?.value === value) return;
    if (last?.at === at) steps.pop();
    steps.push({ at, value });
  }

  of(measure: Measure): readonly Series[] {
    return [...this.#series].flatMap(([key, series]) => (key.startsWith(`${measure} `) ? [series] : []));
  }

  #get(measure: Measure, name: string): { name: string; steps: { at: number; value: number }[] } {
    const key = `${measure} ${name}`;
    let series = this.#series.get(key);
    if (!series) {
      series = { name, steps: [] };
      this.#series.set(key, series);
    }
    return series;
  }
}

function count(counts: Counts, entry: EntryResult, at: number): void {
  const fields = fieldsOf(entry.data);
  const about = fieldsOf(fields['about']);
  if (entry.kind === 'crashed') return lostBy(counts, entry.process, at);
  if (entry.kind === 'offsetsCommitted') return committed(counts, fieldsOf(fields['value']), about['lag'], at);
  if (entry.kind === 'delivered' && (about['redelivered'] === true || isAgain(counts, entry, about)))
    counts.add('retries', `to ${textOf(about['service']) || entry.process}`, 1, at);
  if (typeof about['offset'] === 'number') return;
  for (const channel of channelsOf(entry)) {
    const queue = `${componentOf(entry) ?? ''}.${channel}`;
    const holder = `${queue} ${entry.process}`;
    if (entry.kind === 'published') counts.add('ready', queue, 1, at);
    else if (entry.kind === 'delivered') {
      counts.add('ready', queue, -1, at);
      hold(counts, holder, queue, 1, at);
    } else if (entry.kind === 'acked' || entry.kind === 'nacked') {
      hold(counts, holder, queue, -1, at);
      if (about['requeue'] === true) counts.add('ready', queue, 1, at);
    } else if (entry.kind === 'deadLettered') {
      counts.add('dead', queue, 1, at);
      if (about['reason'] === 'expired' || about['reason'] === 'maxlen') counts.add('ready', queue, -1, at);
      const to = textOf(about['to']);
      if (to !== '') counts.add('ready', `${componentOf(entry) ?? ''}.${to}`, 1, at);
    }
  }
}

function isAgain(counts: Counts, entry: EntryResult, about: Readonly<Record<string, unknown>>): boolean {
  const name = `${textOf(about['service'])} ${channelsOf(entry).join()} ${textOf(about['lineage'])}`;
  const again = counts.seen.has(name);
  counts.seen.add(name);
  return again;
}

function hold(counts: Counts, holder: string, queue: string, by: number, at: number): void {
  const now = (counts.held.get(holder) ?? 0) + by;
  if (now < 0) return;
  counts.held.set(holder, now);
  counts.add('flight', queue, by, at);
}

/** What a process had goes back into its queues. */
function lostBy(counts: Counts, process: string, at: number): void {
  for (const [holder, n] of counts.held) {
    if (n === 0 || !holder.endsWith(` ${process}`)) continue;
    const queue = holder.slice(0, -process.length - 1);
    hold(counts, holder, queue, -n, at);
    counts.add('ready', queue, n, at);
  }
}

function committed(
  counts: Counts,
  { group, topic, partition }: Readonly<Record<string, unknown>>,
  lag: unknown,
  at: number,
): void {
  if (typeof lag === 'number') counts.set('lag', `${textOf(group)}: ${textOf(topic)}/${textOf(partition)}`, lag, at);
}
