/** What the plan's faults do to a log broker in a run: see LogTarget. */
import type { Membership, Retention } from '../../../faults/log-fault.ts';
import type { Process } from '../../../services/process.ts';
import type { Election, LogTarget, OnePartition } from '../../../services/log-target.ts';
import type { LogConsumer } from '../client/consumer.ts';
import type { LogRuntime } from '../runtime.ts';
import { electionsOf, failOver } from './elections.ts';
import { holdBack } from './held-back.ts';
import { remove } from './removal.ts';
import { LogSites } from './sites.ts';

/** So long a broker reads what is known of a group before it coordinates it. */
const LOADING_US = 200_000;

export class LogFaults implements LogTarget {
  readonly sites: LogSites;

  constructor(readonly runtime: LogRuntime<string>) {
    this.sites = new LogSites(runtime);
  }

  get holds(): LogTarget['holds'] {
    const { cluster, groups } = this.runtime;
    const topics = new Map([...cluster.topics].map(({ name, partitions }) => [name, partitions.length]));
    return { topics, groups: groups.coordinators.all.map(({ name }) => name) };
  }

  waysOut(process: Process): readonly Membership['by'][] {
    const members = this.#membersOf(process);
    if (members.some(leavesByItself)) return ['session', 'poll'];
    return members.length > 0 || this.#linkedOf(process).length > 0 ? ['session'] : [];
  }

  elections({ topic }: OnePartition): readonly Election[] {
    return electionsOf(this.runtime, topic);
  }

  expel(process: Process, by: Membership['by'], strikes: () => void): void {
    for (const consumer of this.#membersOf(process)) {
      if (by === 'poll' && !leavesByItself(consumer)) continue;
      strikes();
      if (by === 'session') consumer.timeOutSession();
      else consumer.exceedPollInterval();
    }
    // Real clients have no such limit: kafkajs.
    if (by === 'poll') return;
    for (const { group, memberId } of this.#linkedOf(process)) {
      strikes();
      this.runtime.groups.ask(group, (coordinator) => coordinator.expel(memberId));
    }
  }

  failover(of: OnePartition, election: Election, strikes: () => void): void {
    failOver(this.runtime, of, election, strikes);
  }

  moveCoordinator(group: string, strikes: () => void): void {
    const { groups } = this.runtime;
    const found = groups.coordinators.all.find(({ name }) => name === group);
    if (!found || (found.members.length === 0 && found.offsets.isEmpty)) return;
    strikes();
    groups.ask(group, (coordinator) => coordinator.move(LOADING_US));
  }

  grow(topic: string, partitions: number, strikes: () => void): void {
    const { runtime } = this;
    const from = runtime.cluster.topic(topic)?.partitions.length;
    if (from === undefined || partitions <= from) return;
    strikes();
    runtime.cluster.createPartitions(topic, partitions);
    runtime.note(runtime.name, 'partitionsAdded', topic, { topic, from, to: partitions });
    runtime.groups.grown(topic);
    runtime.simulation.world.changed();
  }

  retain(of: OnePartition, how: Retention['how'], strikes: () => void): void {
    remove(this.runtime, of, how, strikes);
  }

  holdBack(of: OnePartition, strikes: () => void): () => void {
    return holdBack(this.runtime, of, strikes);
  }

  /** The consumers of the process that their coordinators know as members. */
  #membersOf(process: Process): LogConsumer[] {
    return this.runtime.consumersOf(process).filter(({ membership }) => this.#isMember(membership));
  }

  #linkedOf(process: Process) {
    return (this.runtime.linked?.membersOf(process) ?? []).filter((each) => this.#isMember(each));
  }

  #isMember({ group, memberId }: { readonly group: string; readonly memberId: string }): boolean {
    const coordinator = this.runtime.groups.coordinators.all.find(({ name }) => name === group);
    return coordinator?.members.some((member) => member.memberId === memberId) === true;
  }
}

/** Java's clients leave when they are not asked for more in time. */
function leavesByItself({ settings }: LogConsumer): boolean {
  return settings.maxPollIntervalUs < Infinity;
}
