/** The members of groups that real clients are, and whose process each of them is of. */
import type { Partitions } from '../../../brokers/log/group/assignors/assignor.ts';
import type { GroupError } from '../../../brokers/log/group/protocol.ts';
import type { LogRuntime } from '../../../brokers/log/runtime.ts';
import type { Chain } from '../../../kernel/chain.ts';
import type { Process } from '../../../services/process.ts';

export interface Member {
  readonly group: string;
  readonly memberId: string;
  readonly process: Process;
  /** What it was assigned last, and in which generation; what it has given up or lost is gone. */
  assigned: Partitions;
  generation: number;
  /** Of timers: in which it was heard last. */
  chain: Chain | undefined;
}

const PUT_OUT: ReadonlySet<string> = new Set<GroupError>([
  'UNKNOWN_MEMBER_ID',
  'ILLEGAL_GENERATION',
  'FENCED_INSTANCE_ID',
]);

export class Members {
  readonly #byId = new Map<string, Member>();
  readonly #known = new WeakSet<Process>();

  constructor(readonly log: LogRuntime<string>) {}

  get(group: string, memberId: string): Member | undefined {
    return this.#byId.get(idOf(group, memberId));
  }

  of(process: Process): readonly Member[] {
    return [...this.#byId.values()].filter((member) => member.process === process);
  }

  /** The member of the process that has the partition in this group; else any of its members there. */
  reading(process: Process, group: string, at: { topic: string; partition: number }): Member | undefined {
    const all = this.of(process).filter((member) => member.group === group);
    return all.find(({ assigned }) => assigned[at.topic]?.includes(at.partition)) ?? all.at(-1);
  }

  /** A request of the member has come. */
  heard(process: Process, group: string, memberId: string): void {
    const { world } = this.log.simulation;
    world.beat();
    const known = this.get(group, memberId);
    if (known?.process === process) {
      known.chain = world.chain;
      return;
    }
    this.#watch(process);
    const member = { group, memberId, process, assigned: {}, generation: -1, chain: world.chain };
    this.#byId.set(idOf(group, memberId), member);
  }

  assigned(member: Member, generation: number, partitions: Partitions): void {
    member.assigned = partitions;
    member.generation = generation;
    this.#note('assigned', member);
  }

  /** It joins again, or leaves: by the classic protocol it has given all up before. */
  revoked(group: string, memberId: string): void {
    this.#givesUp(group, memberId, 'revoked');
  }

  /** It was told that it is no member any more, or one of another generation. */
  refused(group: string, memberId: string, error: string | undefined): void {
    if (error !== undefined && PUT_OUT.has(error)) this.#givesUp(group, memberId, 'lost');
  }

  left(group: string, memberId: string): void {
    this.revoked(group, memberId);
    this.#byId.delete(idOf(group, memberId));
  }

  #givesUp(group: string, memberId: string, how: 'revoked' | 'lost'): void {
    const member = this.get(group, memberId);
    if (!member) return;
    this.#note(how, member);
    member.assigned = {};
  }

  #note(kind: 'assigned' | 'revoked' | 'lost', { process, group, memberId, generation, assigned }: Member): void {
    for (const [topic, partitions] of Object.entries(assigned)) {
      if (partitions.length === 0) continue;
      const numbers = partitions.toSorted((a, b) => a - b);
      const value = { group, member: memberId, generation, topic, partitions: numbers };
      this.log.note(process.label, kind, topic, value);
      this.log.simulation.world.changed();
    }
  }

  /** When the process is gone nobody will hear of its members any more: their sessions run. */
  #watch(process: Process): void {
    if (this.#known.has(process)) return;
    this.#known.add(process);
    process.halts.add(() => {
      if (process.alive) return;
      for (const { group, memberId } of this.of(process)) {
        this.log.groups.ask(group, (coordinator) => coordinator.silence(memberId, 0));
        this.#byId.delete(idOf(group, memberId));
      }
    });
  }
}

const idOf = (group: string, memberId: string): string => JSON.stringify([group, memberId]);
