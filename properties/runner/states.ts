/**
 * What a run was like, without whose messages and which times: the abstract states that it went through. A run that shows
 * one that no run before it has shown is worth going on from.
 */
import type { Happened } from '../../sim/history/history.ts';
import { rootOf } from '../../sim/faults/words.ts';
import { hashText } from '../../sim/kernel/random.ts';
import type { RunRecord } from '../../sim/simulate.ts';
import type { Entry } from '../property.ts';
import { kindOf } from './fault-sentence.ts';

type Made = Pick<RunRecord, 'entries' | 'faults' | 'outcome'>;

/** How often one thing follows another is told up to so many times. */
const TIMES_MAX = 3;

/** As short words; what two runs have in common is equal in both. */
export function statesOf({ entries, faults, outcome }: Made): Set<string> {
  const walk = new Walk();
  for (const entry of entries) walk.see(entry);
  walk.show(`ends ${outcome}`);
  for (const { data, tookEffect } of faults) if (tookEffect) walk.show(`struck ${kindOf(data)}`);
  return walk.states;
}

class Walk {
  readonly states = new Set<string>();
  /** The workload item that each entry goes back to, by its number; none where no item led to it. */
  readonly #items: (string | undefined)[] = [];
  readonly #sent = new Map<string, number>();
  readonly #lastOf = new Map<string, string>();
  readonly #times = new Map<string, number>();
  /** By what happened: the latest sent of the items to which it happened already. */
  readonly #furthest = new Map<string, number>();
  #fault: string | undefined;

  show(state: string): void {
    this.states.add(hashText(state).toString(36));
  }

  see(entry: Entry): void {
    const item = this.#itemOf(entry);
    this.#items.push(item);
    const what = shapeOf(entry);
    if (entry.kind === 'fault') {
      this.#fault = what;
      return;
    }
    if (this.#fault) this.show(`${this.#fault} then ${what}`);
    this.#fault = undefined;
    const of = item ?? serviceOf(entry);
    this.#follows(of, what);
    if (item !== undefined) this.#overtakes(item, what);
  }

  /** What happened to one item, or to one service, after what, and how often. */
  #follows(of: string, what: string): void {
    const step = `${this.#lastOf.get(of) ?? ''} > ${what}`;
    const times = (this.#times.get(`${of} ${step}`) ?? 0) + 1;
    this.#lastOf.set(of, what);
    this.#times.set(`${of} ${step}`, times);
    this.show(`${step} ${Math.min(times, TIMES_MAX)}`);
  }

  /** It happens to one item when it has happened to another that was sent later. */
  #overtakes(item: string, what: string): void {
    const sent = this.#sent.get(item) ?? this.#sent.size;
    this.#sent.set(item, sent);
    const furthest = this.#furthest.get(what) ?? sent;
    if (furthest > sent) this.show(`overtaken ${what}`);
    this.#furthest.set(what, Math.max(furthest, sent));
  }

  #itemOf({ data, causes, kind }: Entry): string | undefined {
    if (kind === 'sent') return (data as { item: string }).item;
    const lineage = (data as Partial<Happened> | undefined)?.about?.['lineage'];
    if (typeof lineage === 'string') return rootOf(lineage);
    return causes[0] === undefined ? undefined : this.#items[causes[0]];
  }
}

/** `workers/0` and `workers/1` are one service. */
function serviceOf({ process }: Entry): string {
  return process.replace(/\/\d+$/, '');
}

function shapeOf(entry: Entry): string {
  const { kind, data } = entry;
  if (kind === 'fault') return `fault ${wordsOf(data)}`;
  const { component = '', channels = [], about } = (data ?? {}) as Partial<Happened>;
  const reason = about?.['reason'] ?? about?.['error'] ?? '';
  return `${serviceOf(entry)} ${kind} ${component} ${channels.join(' ')} ${String(reason)}`;
}

/** Of a sentence what follows the moment: `crash after commit, before ack`. */
function wordsOf(data: unknown): string {
  const { sentence } = data as { readonly sentence: string };
  return sentence.slice(sentence.lastIndexOf(': ') + 1).replace(/[\d"#]\S*/g, '');
}
