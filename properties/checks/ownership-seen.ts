/**
 * Who has which partitions of a log, from two sides: what the clients have taken up and given up, and what the coordinator
 * handed out in its last generation. A process that died has given up nothing, and does nothing more.
 */
import type { Assignment } from '../../sim/brokers/log/seen.ts';
import type { Happened } from '../../sim/history/history.ts';
import type { Entry } from '../property.ts';
import { type At, partitionNames } from './log-entries.ts';
import { concerns } from './messages.ts';
import { endsProcess } from './versions.ts';

interface Rebalanced {
  readonly group: string;
  readonly generation: number;
  readonly assignment: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}

interface Generation {
  readonly generation: number;
  readonly entry: Entry;
  /** By partition: the member. */
  readonly owners: Map<string, string>;
}

interface Joined {
  readonly group: string;
  readonly member: string;
  readonly replaces?: string;
}

const OF_GROUPS = new Set(['assigned', 'revoked', 'lost', 'joined', 'rebalanced']);

export class OwnershipSeen {
  /** By process: `group partition` to the entry that gave it up. */
  readonly #givenUp = new Map<string, Map<string, Entry>>();
  /** By process: `group partition` to the members in it that have it. */
  readonly #owned = new Map<string, Map<string, Set<string>>>();
  readonly #processOf = new Map<string, string>();
  /** By group. */
  readonly #generations = new Map<string, Generation[]>();
  /** How many partitions were given up. */
  changes = 0;

  constructor(readonly log: At) {}

  see(entry: Entry): void {
    const { kind } = entry;
    if (endsProcess(entry)) {
      this.#givenUp.delete(entry.process);
      this.#owned.delete(entry.process);
    } else if (!OF_GROUPS.has(kind)) return;
    else if (!concerns(entry, { component: this.log.component, channel: undefined })) return;
    else if (kind === 'rebalanced') this.#rebalanced(entry);
    else if (kind === 'joined') this.#joined(entry);
    else this.#changed(entry, kind === 'assigned');
  }

  /** The entry by which a process gave up a partition that it does not have now. */
  givenUp(process: string, group: string, partition: string): Entry | undefined {
    return this.#givenUp.get(process)?.get(`${group} ${partition}`);
  }

  /** The member that has the partition in a generation; default: the last. */
  ownerOf(
    group: string,
    partition: string,
    generation?: number,
  ): { readonly member: string; readonly process: string | undefined; readonly entry: Entry } | undefined {
    const found = (this.#generations.get(group) ?? []).findLast(
      (each) => generation === undefined || each.generation === generation,
    );
    const member = found?.owners.get(partition);
    return found && member !== undefined
      ? { member, process: this.#processOf.get(member), entry: found.entry }
      : undefined;
  }

  #rebalanced(entry: Entry): void {
    const { group, generation, assignment } = (entry.data as Happened).value as Rebalanced;
    const owners = new Map<string, string>();
    for (const [member, partitions] of Object.entries(assignment)) {
      for (const [topic, list] of Object.entries(partitions)) {
        for (const name of partitionNames({ topic, partitions: list })) owners.set(name, member);
      }
    }
    this.#generations.set(group, [...(this.#generations.get(group) ?? []), { generation, entry, owners }]);
  }

  /** A static member that comes again takes the place that it had, without a rebalance. */
  #joined(entry: Entry): void {
    const { group, member, replaces } = (entry.data as Happened).value as Joined;
    const last = this.#generations.get(group)?.at(-1);
    if (replaces === undefined || !last) return;
    for (const [partition, owner] of last.owners) if (owner === replaces) last.owners.set(partition, member);
  }

  #changed(entry: Entry, isAssigned: boolean): void {
    const given = (entry.data as Happened).value as Assignment;
    const { group, member } = given;
    const { process } = entry;
    this.#processOf.set(member, process);
    const owned = this.#owned.get(process) ?? new Map<string, Set<string>>();
    const givenUp = this.#givenUp.get(process) ?? new Map<string, Entry>();
    this.#owned.set(process, owned);
    this.#givenUp.set(process, givenUp);
    for (const name of partitionNames(given)) {
      const key = `${group} ${name}`;
      const members = owned.get(key) ?? new Set();
      owned.set(key, members);
      if (isAssigned) {
        members.add(member);
        givenUp.delete(key);
      } else if (members.delete(member) && members.size === 0) {
        givenUp.set(key, entry);
        this.changes++;
      }
    }
  }
}
