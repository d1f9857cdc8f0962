/**
 * O3 no-skip: a group passes no record that it has not disposed of. Disposed of is what was handed to a member of it (and
 * was not undone by an abort since), what was aborted, compacted, or cut away by retention. It is passed by the delivery of
 * a later one, by a committed offset above it, by a seek, and by a start at the end of the log, unless that is asked for.
 */
import type { Message } from '../../sim/brokers/message.ts';
import { patternOf, type Selector } from '../../sim/selectors.ts';
import { type Entry, type Fold, passed, type Property, type Verdict } from '../property.ts';
import { LogContents } from './log-contents.ts';
import { type At, partitionEvent, recordAt } from './log-entries.ts';
import { concerns } from './messages.ts';
import { Undone } from './undone.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

/** What `noSkip` is told besides. */
export interface Passing {
  /** The group that is looked at; default: each. */
  readonly group?: string;
  /** `latest`: a group without an offset starts at the end, and what came before is none of its business. */
  readonly from?: 'earliest' | 'latest';
  readonly name?: string;
}

/** @param delivered what the group is handed; its broker and topic count */
export function noSkip(delivered: Selector<Message>, o: Passing = {}): Property {
  checkArguments('noSkip', { delivered: [delivered, 'selector'] });
  checkSlips('noSkip', o, { group: true, from: true, name: true });
  return {
    id: 'O3',
    name: o.name ?? 'no-skip',
    kind: 'safety',
    selectors: [delivered],
    start: () => new Skips(patternOf(delivered), delivered.says, o),
  };
}

/** How far a group is in a partition. */
interface Progress {
  /** The deliveries of each offset: what somebody made of one is not undone by what another gave up. */
  readonly handed: Map<number, readonly Entry[]>;
  /** Everything below was handed out or disposed of otherwise. */
  read: number;
  /** Everything below was so when an offset above it was committed. */
  committed: number;
}

class Skips implements Fold {
  readonly #contents: LogContents;
  readonly #undone = new Undone();
  readonly #progress = new Map<string, Progress>();
  #exercised = 0;
  #failed: { says: string; evidence: Entry[] } | undefined;

  constructor(
    readonly log: At,
    readonly says: string,
    readonly o: Passing,
  ) {
    this.#contents = new LogContents(log);
  }

  see(entry: Entry): void {
    if (this.#failed) return;
    this.#contents.see(entry);
    this.#undone.see(entry);
    if (entry.kind === 'delivered') this.#handed(entry);
    else if (entry.kind === 'offsetsCommitted') this.#committed(entry);
    else if (entry.kind === 'sought') this.#sought(entry);
  }

  end(): Verdict {
    return this.#failed ? { verdict: 'fail', ...this.#failed } : passed(this.#exercised, this.says);
  }

  #handed(entry: Entry): void {
    const at = concerns(entry, this.log) ? recordAt(entry) : undefined;
    const progress = at && this.#of(at.group, at.partition);
    if (!progress) return;
    this.#exercised++;
    progress.handed.set(at.offset, [...(progress.handed.get(at.offset) ?? []), entry]);
    this.#reads(progress, at.partition, at.offset, entry, `its record ${at.offset} was handed out`);
  }

  #committed(entry: Entry): void {
    const event = partitionEvent(entry, this.log);
    const progress = event && this.#of(event.group, event.name);
    if (!progress || event.offset === undefined) return;
    this.#exercised++;
    for (let offset = this.#from(event.name, progress.committed); offset < event.offset; offset++) {
      const record = this.#contents.mustBeRead(event.name, offset);
      const deliveries = progress.handed.get(offset) ?? [];
      const aborts = deliveries.map(({ n }) => this.#undone.abortOf(n));
      if (!record || aborts.includes(undefined)) continue;
      const [delivery, abort] = [deliveries.at(-1), aborts.at(-1)];
      const how = abort ? 'what was made of it was aborted, and nothing since' : 'it was never handed out';
      const evidence = delivery && abort ? [delivery, abort] : [record];
      this.#fail(
        `${event.name}@${offset} was passed by the committed offset ${event.offset}: ${how}`,
        ...evidence,
        entry,
      );
    }
    progress.committed = Math.max(progress.committed, event.offset);
  }

  #sought(entry: Entry): void {
    const event = partitionEvent(entry, this.log);
    const progress = event && this.#of(event.group, event.name);
    if (!progress || event.to === undefined) return;
    if (event.why === 'reset' && this.o.from === 'latest') {
      progress.read = Math.max(progress.read, event.to);
      progress.committed = Math.max(progress.committed, event.to);
    } else this.#reads(progress, event.name, event.to - 1, entry, `it went on from ${event.to} (${event.why})`);
  }

  /** The group has read up to here, this one included. */
  #reads(progress: Progress, partition: string, upTo: number, entry: Entry, how: string): void {
    for (let offset = this.#from(partition, progress.read); offset <= upTo; offset++) {
      const record = progress.handed.has(offset) ? undefined : this.#contents.mustBeRead(partition, offset);
      if (record) this.#fail(`${partition}@${offset} was never handed out when ${how}`, record, entry);
    }
    progress.read = Math.max(progress.read, upTo + 1);
  }

  #from(partition: string, known: number): number {
    return Math.max(known, this.#contents.startOf(partition));
  }

  #of(group: string | undefined, partition: string): Progress | undefined {
    if (this.o.group !== undefined && this.o.group !== group) return undefined;
    const key = `${group} ${partition}`;
    const progress = this.#progress.get(key) ?? { handed: new Map<number, readonly Entry[]>(), read: 0, committed: 0 };
    this.#progress.set(key, progress);
    return progress;
  }

  #fail(says: string, ...evidence: Entry[]): void {
    this.#failed ??= { says: `${this.says}: ${says}`, evidence };
  }
}
