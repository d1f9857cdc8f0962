/**
 * G2 commit-behind-effects: the committed offset of a group never passes a record that it was handed and that is not
 * finished, and never goes back, unless somebody sought to an earlier place. Finished is what has an effect (its own, or that
 * of a copy with the same key), and what needs none: no key, a poison, or nothing there any more (compacted, cut away,
 * aborted). An effect in a transaction that is aborted is none.
 */
import type { Message } from '../../sim/brokers/message.ts';
import { type Keyed, patternOf } from '../../sim/selectors.ts';
import { type Entry, type Fold, passed, type Property, type Verdict } from '../property.ts';
import { Keys } from './keys.ts';
import { LogContents } from './log-contents.ts';
import { type At, cutOff, type PartitionEvent, partitionEvent, recordAt } from './log-entries.ts';
import { TransactionsSeen, transactionOf } from './transactions-seen.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

/** What `commitBehindEffects` is told besides. */
export interface Behind {
  /** The group that is looked at; default: each. */
  readonly group?: string;
  readonly name?: string;
}

/**
 * @param delivered what the group is handed, by what joins it to its effect
 * @param effects what a record may end as: its effect, a dead letter, a refusal that is written down
 */
export function commitBehindEffects(
  delivered: Keyed<Message>,
  effects: readonly Keyed<unknown>[],
  o: Behind = {},
): Property {
  checkArguments('commitBehindEffects', { delivered: [delivered, 'keyed'], effects: [effects, 'keyed ones'] });
  checkSlips('commitBehindEffects', o, { group: true, name: true });
  return {
    id: 'G2',
    name: o.name ?? 'commit-behind-effects',
    kind: 'safety',
    selectors: [delivered],
    alternatives: effects,
    start: () => new Commits(delivered, effects, o),
  };
}

interface Progress {
  /** What was handed out and needs an effect, by offset. */
  readonly handed: Map<number, { readonly key: string; readonly entry: Entry }>;
  /** Everything below is finished. */
  finished: number;
  committed: { readonly offset: number; readonly entry: Entry } | undefined;
  /** Somebody went back to here since. */
  soughtTo: number;
}

class Commits implements Fold {
  readonly #log: At;
  readonly #contents: LogContents;
  readonly #progress = new Map<string, Progress>();
  readonly #transactions = new TransactionsSeen();
  /** By key: the transactions that its effects are in; '' is none. */
  readonly #effects = new Map<string, Set<string>>();
  readonly #keys = new Keys();
  #exercised = 0;
  #failed: { says: string; evidence: Entry[] } | undefined;

  constructor(
    readonly delivered: Keyed<Message>,
    readonly effects: readonly Keyed<unknown>[],
    readonly o: Behind,
  ) {
    this.#log = patternOf(delivered);
    this.#contents = new LogContents(this.#log);
  }

  see(entry: Entry): void {
    if (this.#failed) return;
    this.#transactions.see(entry);
    this.#contents.see(entry);
    const found = this.#keys.in(this.delivered, entry);
    if (found) this.#handed(found.key, entry);
    for (const effect of this.effects) {
      const over = this.#keys.in(effect, entry);
      if (!over) continue;
      const within = (entry.kind === 'published' && transactionOf(entry)) || '';
      this.#effects.set(over.key, (this.#effects.get(over.key) ?? new Set()).add(within));
    }
    const event = partitionEvent(entry, this.#log);
    if (event) this.#happened(event, entry);
  }

  end(): Verdict {
    if (this.#failed) return { verdict: 'fail', ...this.#failed };
    return passed(this.#exercised, `offset committed behind ${this.delivered.says}${this.#keys.says}`);
  }

  #handed(key: string, entry: Entry): void {
    const at = recordAt(entry);
    const progress = at && this.#of(at.group, at.partition);
    if (!progress) return;
    if (at.isPoisoned) progress.handed.delete(at.offset);
    else progress.handed.set(at.offset, { key, entry });
  }

  #happened(event: PartitionEvent & { readonly name: string }, entry: Entry): void {
    const cut = cutOff(entry, this.#log);
    if (cut) this.#cutOff(cut);
    const progress = this.#of(event.group, event.name);
    if (!progress) return;
    if (entry.kind === 'sought') progress.soughtTo = Math.min(progress.soughtTo, event.to ?? Infinity);
    else if (entry.kind === 'offsetsCommitted') this.#committed(progress, event.name, event.offset ?? 0, entry);
  }

  #committed(progress: Progress, partition: string, offset: number, entry: Entry): void {
    const before = progress.committed;
    const says = `the committed offset of ${partition}`;
    if (before && offset < before.offset && offset < progress.soughtTo)
      this.#fail(`${says} went back from ${before.offset} to ${offset}`, before.entry, entry);
    for (; progress.finished < offset; progress.finished++) {
      const record = progress.handed.get(progress.finished);
      if (!record || !this.#contents.mustBeRead(partition, progress.finished)) continue;
      this.#exercised++;
      if (!this.#isFinished(record.key))
        this.#fail(`${says} passed "${record.key}", which is not finished`, record.entry, entry);
    }
    progress.committed = { offset, entry };
    progress.soughtTo = Infinity;
  }

  #isFinished(key: string): boolean {
    const within = [...(this.#effects.get(key) ?? [])];
    return within.some((each) => each === '' || this.#transactions.fateOf(each)?.fate !== 'aborted');
  }

  /** An unclean election: groups may have to begin again below what they have read. */
  #cutOff({ partition, to }: { partition: string; to: number }): void {
    for (const [key, progress] of this.#progress) {
      if (key.endsWith(` ${partition}`)) progress.soughtTo = Math.min(progress.soughtTo, to);
    }
  }

  #of(group: string | undefined, partition: string): Progress | undefined {
    if (group === undefined || (this.o.group !== undefined && this.o.group !== group)) return undefined;
    const key = `${group} ${partition}`;
    const progress = this.#progress.get(key) ?? {
      handed: new Map<number, { key: string; entry: Entry }>(),
      finished: 0,
      committed: undefined,
      soughtTo: Infinity,
    };
    this.#progress.set(key, progress);
    return progress;
  }

  #fail(says: string, ...evidence: Entry[]): void {
    this.#failed ??= { says: `${this.delivered.says}: ${says}`, evidence };
  }
}
