/**
 * O2 monotonic-consumption: while a member has a partition, its positions there only grow. A stretch begins when the
 * partition is assigned, when its owner seeks, when a handler fails (its client hands the same out again), and where an unclean
 * election has cut the log off below what was read.
 */
import type { Assignment } from '../../sim/brokers/log/seen.ts';
import type { Message } from '../../sim/brokers/message.ts';
import type { Happened } from '../../sim/history/history.ts';
import { patternOf, pick, type Selector } from '../../sim/selectors.ts';
import { type Entry, type Fold, passed, type Property, type Verdict } from '../property.ts';
import { type At, cutOff, partitionEvent, partitionNames, recordAt, type RecordAt } from './log-entries.ts';
import { concerns } from './messages.ts';
import { endsProcess } from './versions.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

interface Position {
  readonly member: string | undefined;
  readonly offset: number;
  readonly entry: Entry;
}

const CHANGES = new Set(['assigned', 'revoked', 'lost']);

export function monotonicConsumption(
  delivered: Selector<Message>,
  o: { group?: string; name?: string } = {},
): Property {
  checkArguments('monotonicConsumption', { delivered: [delivered, 'selector'] });
  checkSlips('monotonicConsumption', o, { group: true, name: true });
  return {
    id: 'O2',
    name: o.name ?? 'monotonic-consumption',
    kind: 'safety',
    selectors: [delivered],
    start: () => new Positions(delivered, o.group),
  };
}

class Positions implements Fold {
  readonly #log: At;
  /** By process, then by group and partition. */
  readonly #positions = new Map<string, Map<string, Position>>();
  /** By delivery: group and partition. */
  readonly #handed = new Map<number, string>();
  #exercised = 0;
  #failed: { says: string; evidence: Entry[] } | undefined;

  constructor(
    readonly delivered: Selector<Message>,
    readonly group: string | undefined,
  ) {
    this.#log = { component: patternOf(delivered).component, channel: undefined };
  }

  see(entry: Entry): void {
    if (this.#failed) return;
    const at = pick(this.delivered, entry) && recordAt(entry);
    if (at) this.#moves(at, entry);
    else if (endsProcess(entry)) this.#positions.delete(entry.process);
    else if (entry.kind === 'handlerFailed') {
      for (const n of entry.causes) this.#positions.get(entry.process)?.delete(this.#handed.get(n) ?? '');
    } else if (CHANGES.has(entry.kind) && concerns(entry, this.#log)) this.#changes(entry);
    else this.#turns(entry);
  }

  end(): Verdict {
    if (this.#failed) return { verdict: 'fail', ...this.#failed };
    return passed(this.#exercised, `second ${this.delivered.says} to one owner`);
  }

  #moves({ group, member, partition, offset }: RecordAt, entry: Entry): void {
    if (this.group !== undefined && group !== this.group) return;
    const mine = this.#positions.get(entry.process) ?? new Map<string, Position>();
    this.#positions.set(entry.process, mine);
    const key = `${group} ${partition}`;
    const before = mine.get(key);
    mine.set(key, { member, offset, entry });
    this.#handed.set(entry.n, key);
    if (!before || before.member !== member) return;
    this.#exercised++;
    if (offset > before.offset) return;
    const says = `${this.delivered.says}: ${entry.process} was given ${offset} of ${partition} after ${before.offset}`;
    this.#failed = { says, evidence: [before.entry, entry] };
  }

  #changes(entry: Entry): void {
    const given = (entry.data as Happened).value as Assignment;
    for (const name of partitionNames(given)) this.#positions.get(entry.process)?.delete(`${given.group} ${name}`);
  }

  #turns(entry: Entry): void {
    const event = partitionEvent(entry, this.#log);
    if (event && entry.kind === 'sought') this.#positions.get(entry.process)?.delete(`${event.group} ${event.name}`);
    const cut = cutOff(entry, this.#log);
    for (const mine of cut ? this.#positions.values() : []) {
      for (const [key, { offset }] of mine) {
        if (cut && key.endsWith(` ${cut.partition}`) && offset >= cut.to) mine.delete(key);
      }
    }
  }
}
