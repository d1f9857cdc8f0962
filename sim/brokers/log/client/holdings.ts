/**
 * The partitions that a consumer has: taken up when it is assigned them, from the committed offsets on; given up when what of
 * them is in hand is done.
 */
import type { EddyError } from '../../../errors.ts';
import { flatten, keyOf, type Partitions, type TopicPartition } from '../group/assignors/assignor.ts';
import type { OffsetFetchAnswer, OffsetOf } from '../group/protocol.ts';
import { isRefused } from '../kafka-error.ts';
import type { LogConsumer } from './consumer.ts';
import { isElsewhere, type Placed, RETRY_US } from './membership.ts';
import { Ownership } from './ownership.ts';
import { Pump } from './pump.ts';

type Callback = ((partitions: readonly number[]) => Promise<void> | void) | undefined;

export class Holdings implements Placed {
  readonly #pumps = new Map<string, Pump>();

  constructor(readonly consumer: LogConsumer) {}

  get pumps(): readonly Pump[] {
    return [...this.#pumps.values()];
  }

  pump(topic: string, partition: number): Pump | undefined {
    return this.#pumps.get(keyOf({ topic, partition }));
  }

  get owned(): Partitions {
    return byTopic(this.pumps);
  }

  /** The next offset of each partition, where it is known. */
  get positions(): readonly OffsetOf[] {
    return this.pumps.flatMap(({ ownership: { topic, partition }, position: offset }) =>
      offset === undefined ? [] : [{ topic, partition, offset }],
    );
  }

  lost(): void {
    for (const { ownership } of this.#pumps.values()) ownership.end();
  }

  /** The client has taken itself out of the group. */
  forfeit(): void {
    for (const { ownership } of this.#pumps.values()) ownership.isForfeit = true;
  }

  failed(error: EddyError): void {
    this.lost();
    this.#pumps.clear();
    this.consumer.fail(error);
  }

  giveUp(isLost: () => boolean, then: () => void): void {
    this.#giveUp(this.pumps, isLost, then);
  }

  assigned(partitions: Partitions, then: (joinsAgain: boolean) => void): void {
    const wanted = new Map(flatten(partitions).map((one) => [keyOf(one), one]));
    const leaving = [...this.#pumps].filter(([key]) => !wanted.has(key)).map(([, pump]) => pump);
    const coming = [...wanted].filter(([key]) => !this.#pumps.has(key)).map(([, one]) => this.#add(one));
    this.#takeUp(coming);
    if (leaving.length === 0) then(false);
    else
      this.#giveUp(
        leaving,
        () => leaving.some(({ ownership }) => ownership.isOver),
        () => then(true),
      );
  }

  #add({ topic, partition }: TopicPartition): Pump {
    const pump = new Pump(this.consumer, new Ownership(this.consumer.membership, topic, partition));
    this.#pumps.set(keyOf({ topic, partition }), pump);
    return pump;
  }

  #giveUp(pumps: readonly Pump[], isLost: () => boolean, then: () => void): void {
    const { consumer } = this;
    for (const pump of pumps) pump.isEnding = true;
    const isTheirs = ({ pump }: { pump: Pump }): boolean => pumps.includes(pump);
    consumer.hands.whenDone(isTheirs, () => {
      if (!consumer.process.alive) return;
      const tell = (): void => {
        const { onRevoked, onLost = onRevoked } = consumer.settings;
        this.#call(isLost() ? onLost : onRevoked, pumps, () => {
          this.#drop(pumps, isLost() ? 'lost' : 'revoked');
          then();
        });
      };
      if (consumer.autoCommit) consumer.autoCommit.beforeGivingUp(isLost, tell);
      else tell();
    });
  }

  #drop(pumps: readonly Pump[], kind: 'lost' | 'revoked'): void {
    this.#note(kind, pumps);
    for (const { ownership } of pumps) {
      ownership.end();
      this.#pumps.delete(keyOf(ownership));
    }
  }

  #takeUp(pumps: readonly Pump[]): void {
    if (pumps.length === 0) return;
    this.#note('assigned', pumps);
    this.#call(this.consumer.settings.onAssigned, pumps, () => this.#fetchOffsets(pumps));
  }

  /** Where each of them begins. */
  #fetchOffsets(pumps: readonly Pump[]): void {
    const { courier, membership, groups } = this.consumer;
    const left = pumps.filter(({ ownership }) => !ownership.isOver);
    if (left.length === 0) return;
    const of = left.map(({ ownership: { topic, partition } }) => ({ topic, partition }));
    courier.ask<OffsetFetchAnswer>(
      (reply) => reply(groups.ask(membership.group, (each) => each.fetch({ of, requireStable: true }))),
      (answer) => {
        if (answer.error === undefined) {
          for (const offset of answer.offsets) this.#begin(offset);
        } else if (isElsewhere(answer.error) || answer.error === 'UNSTABLE_OFFSET_COMMIT') {
          courier.later(RETRY_US, () => this.#fetchOffsets(left));
        }
      },
    );
  }

  #begin({ topic, partition, offset }: OffsetOf): void {
    const pump = this.pump(topic, partition);
    if (!pump || pump.ownership.isOver) return;
    this.consumer.autoCommit?.begins(topic, partition, offset);
    // Who sought when it was assigned knows where it goes on.
    if (pump.position !== undefined) return;
    if (offset < 0) this.reset(pump);
    else pump.seek(offset);
  }

  /** There is nothing to go on from: to where `from` says. */
  reset(pump: Pump): void {
    const { consumer } = this;
    const { topic, partition } = pump.ownership;
    const { from, isolation } = consumer.settings;
    const found = consumer.runtime.cluster.listOffsets(topic, partition, from, isolation);
    if (isRefused(found)) {
      consumer.courier.later(RETRY_US, () => {
        if (!pump.ownership.isOver) this.reset(pump);
      });
      return;
    }
    this.sought(pump, found.offset, 'reset');
    pump.seek(found.offset);
  }

  /** Records that a partition goes on elsewhere. */
  sought(pump: Pump, to: number, why: 'seek' | 'reset', causes: readonly number[] = []): void {
    const { runtime, process, settings } = this.consumer;
    const { topic, partition } = pump.ownership;
    const value = { group: settings.group, topic, partition, from: pump.position ?? -1, to, why };
    runtime.note(process.label, 'sought', topic, value, undefined, causes);
    this.consumer.autoCommit?.set();
    runtime.simulation.world.changed();
  }

  #note(kind: 'assigned' | 'revoked' | 'lost', pumps: readonly Pump[]): void {
    const { runtime, process, settings } = this.consumer;
    const [first] = pumps;
    if (!first) return;
    const { memberId: member, generation } = first.ownership.by;
    for (const [topic, partitions] of Object.entries(byTopic(pumps))) {
      runtime.note(process.label, kind, topic, { group: settings.group, member, generation, topic, partitions });
    }
    runtime.simulation.world.changed();
  }

  /** User code is told on a step of its own, and waited for; what it throws is the end of its process. */
  #call(callback: Callback, pumps: readonly Pump[], then: () => void): void {
    const { process, moment, courier } = this.consumer;
    if (!callback || pumps.length === 0) {
      then();
      return;
    }
    const partitions = pumps.map(({ ownership }) => ownership.partition);
    const tell = async (): Promise<void> => callback(partitions);
    process.enter(moment, () => {
      tell().then(
        () => courier.later(0, then),
        (error: unknown) => process.fail(error),
      );
    });
  }
}

function byTopic(pumps: readonly Pump[]): Record<string, number[]> {
  const found: Record<string, number[]> = {};
  for (const { ownership } of pumps) (found[ownership.topic] ??= []).push(ownership.partition);
  for (const partitions of Object.values(found)) partitions.sort((a, b) => a - b);
  return found;
}
