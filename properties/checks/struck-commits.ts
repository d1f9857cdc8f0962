/**
 * Commits of offsets that faults kept from being made. Whoever handled a record, and whose commit of it was struck, is through with it:
 * the next commit makes that good (kafkajs makes one when there is more to commit, and passes over one when the heartbeat
 * before it dies with the connection), or the record comes again with its partition.
 * It counts until a commit of the group is taken, or somebody is given the partition or the record.
 */
import type { FaultData } from '../../sim/faults/fault.ts';
import { parseFault } from '../../sim/faults/parse.ts';
import { printName } from '../../sim/faults/words.ts';
import type { Happened } from '../../sim/history/history.ts';
import { HEARTBEAT_US } from '../../sim/services/process.ts';
import type { Entry } from '../property.ts';
import { type At, recordAt } from './log-entries.ts';
import { concerns } from './messages.ts';

/** A partition in the hands of a group. */
interface Held {
  /** Who was handed the last record. */
  process: string;
  /** By offset: the last delivery of what is not committed. */
  readonly deliveries: Map<number, Entry>;
  /** What was handed out up to here may have been tried to commit in vain. */
  untilN: number;
  untilUs: number;
}

export class StruckCommits {
  readonly #phrase: string;
  readonly #held = new Map<string, Held>();

  constructor(readonly log: At) {
    this.#phrase = `offset commit on ${printName(log.component)}`;
  }

  see(entry: Entry): void {
    if (entry.kind === 'delivered') this.#delivered(entry);
    else if (entry.kind === 'fault') this.#fault(entry);
    else if (entry.kind === 'healed' && (entry.data as Happened).component === this.log.component) {
      for (const held of this.#held.values()) held.untilN = entry.n;
    }
  }

  /** The group's offset is here now. */
  committed(group: string, partition: string, to: number): void {
    const held = this.#held.get(nameOf(group, partition));
    if (!held) return;
    held.untilN = -1;
    held.untilUs = -1;
    for (const offset of held.deliveries.keys()) {
      if (offset >= to) break;
      held.deliveries.delete(offset);
    }
  }

  /** Somebody is given the partition, and with it what is not committed. */
  assigned(group: string, partition: string): void {
    this.#held.delete(nameOf(group, partition));
  }

  /** Whether it may be a fault's doing that this record is not committed. */
  isMeant(group: string, partition: string, offset: number): boolean {
    const held = this.#held.get(nameOf(group, partition));
    const delivery = held?.deliveries.get(offset);
    return held !== undefined && isAmong(held, delivery);
  }

  #delivered(entry: Entry): void {
    const at = concerns(entry, this.log) ? recordAt(entry) : undefined;
    if (at?.group === undefined) return;
    const name = nameOf(at.group, at.partition);
    const { process } = entry;
    const held = this.#held.get(name) ?? { process, deliveries: new Map(), untilN: -1, untilUs: -1 };
    this.#held.set(name, held);
    held.process = process;
    held.deliveries.set(at.offset, entry);
  }

  /** One commit may be of all that its client has, whatever it was made for. */
  #fault(entry: Entry): void {
    if (this.#held.size === 0) return;
    const fault = parseFault((entry.data as { sentence: string }).sentence);
    const isOfCommit = phrasesOf(fault).includes(this.#phrase);
    const isDisconnect = fault.kind === 'disconnect' && fault.component === this.log.component;
    const untilUs = cutUntilUs(fault, this.log.component, entry.timeUs);
    for (const held of this.#held.values()) {
      if (held.process !== entry.process) continue;
      if (isOfCommit || isDisconnect) held.untilN = entry.n;
      held.untilUs = Math.max(held.untilUs, untilUs);
    }
  }
}

const nameOf = (group: string, partition: string): string => `${group} ${partition}`;

function isAmong({ untilN, untilUs }: Held, delivery: Entry | undefined): boolean {
  return delivery !== undefined && (delivery.n <= untilN || delivery.timeUs <= untilUs);
}

/** The operations that it strikes at. */
function phrasesOf(fault: FaultData): readonly string[] {
  if ('site' in fault) return [fault.site.operation.phrase];
  if (!('place' in fault)) return [];
  const { operation, next } = fault.place;
  return [operation, next].flatMap((each) => (each ? [each.phrase] : []));
}

/** Until when what its process sends to the component may come to nothing, and nobody says so. */
function cutUntilUs(fault: FaultData, component: string, nowUs: number): number {
  if (fault.kind === 'cut' && fault.component === component) return fault.toUs;
  const isHalfOpen = fault.kind === 'disconnect' && fault.halfOpen === true && fault.component === component;
  return isHalfOpen ? nowUs + HEARTBEAT_US : -1;
}
