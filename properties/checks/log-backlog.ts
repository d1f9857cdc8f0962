/**
 * What groups have not settled of a log: a record is settled for a group when its committed offset has passed it, or its
 * start lies behind it, or a fault kept its commit from being made. Every group counts that was handed a partition of the topic.
 */
import type { Assignment } from '../../sim/brokers/log/seen.ts';
import type { Happened } from '../../sim/history/history.ts';
import type { Entry } from '../property.ts';
import { LogContents } from './log-contents.ts';
import { type At, partitionEvent, partitionNames, recordAt } from './log-entries.ts';
import { concerns } from './messages.ts';
import { StruckCommits } from './struck-commits.ts';

export interface Unsettled {
  readonly entry: Entry;
  readonly lineage: string;
  /** None: no group reads the partition at all. */
  readonly group: string | undefined;
}

export class LogBacklog {
  readonly #contents: LogContents;
  readonly #struck: StruckCommits;
  /** By partition, then offset. */
  readonly #taken = new Map<string, Map<number, Entry>>();
  /** By group, then partition: everything below is settled. */
  readonly #settled = new Map<string, Map<string, number>>();
  taken = 0;

  constructor(readonly log: At) {
    this.#contents = new LogContents(log);
    this.#struck = new StruckCommits(log);
  }

  see(entry: Entry): void {
    this.#contents.see(entry);
    this.#struck.see(entry);
    if (entry.kind === 'assigned') {
      if (!concerns(entry, this.log)) return;
      const given = (entry.data as Happened).value as Assignment;
      for (const name of partitionNames(given)) {
        this.#struck.assigned(given.group, name);
        this.#settles(given.group, name, 0);
      }
    } else if (entry.kind === 'offsetsCommitted' || entry.kind === 'sought') {
      const event = partitionEvent(entry, this.log);
      if (event?.group === undefined) return;
      if (entry.kind === 'offsetsCommitted') this.#commits(event.group, event.name, event.offset ?? 0);
      else if (event.why === 'reset') this.#settles(event.group, event.name, event.to ?? 0);
    }
  }

  /** A record that is looked at; a queue's is none. */
  take(entry: Entry): boolean {
    const at = recordAt(entry);
    if (!at) return false;
    this.taken++;
    const offsets = this.#taken.get(at.partition) ?? new Map<number, Entry>();
    this.#taken.set(at.partition, offsets.set(at.offset, entry));
    return true;
  }

  left(): readonly Unsettled[] {
    const groups = [...this.#settled];
    return [...this.#taken].flatMap(([partition, offsets]) =>
      [...offsets].flatMap(([offset, entry]) => {
        if (!this.#contents.mustBeRead(partition, offset)) return [];
        const behind = groups.filter(([group, settled]) => {
          const isBehind = offset >= (settled.get(partition) ?? Infinity);
          return isBehind && !this.#struck.isMeant(group, partition, offset);
        });
        const isRead = groups.some(([, settled]) => settled.has(partition));
        if (isRead && behind.length === 0) return [];
        return [{ entry, lineage: recordAt(entry)?.lineage ?? '', group: behind[0]?.[0] }];
      }),
    );
  }

  #commits(group: string, partition: string, offset: number): void {
    this.#struck.committed(group, partition, offset);
    this.#of(group).set(partition, offset);
  }

  #settles(group: string, partition: string, below: number): void {
    const settled = this.#of(group);
    settled.set(partition, Math.max(settled.get(partition) ?? 0, below));
  }

  #of(group: string): Map<string, number> {
    const settled = this.#settled.get(group) ?? new Map<string, number>();
    this.#settled.set(group, settled);
    return settled;
  }
}
