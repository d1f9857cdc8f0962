/** Commits of a consumer: operations of the moment that asks, refused to whoever is of a generation that is over. */
import { EddyError } from '../../../errors.ts';
import { printName } from '../../../faults/words.ts';
import type { Moment } from '../../../kernel/context.ts';
import { momentOf } from '../../../services/moment.ts';
import { type Answer, operate } from '../../../services/operation.ts';
import type { GroupError, OffsetOf } from '../group/protocol.ts';
import { eddyError, type KafkaErrorName } from '../kafka-error.ts';
import type { LogConsumer } from './consumer.ts';
import type { LiveRecord } from './delivery.ts';
import { Lane } from '../../../services/lane.ts';
import { isElsewhere, RETRY_US } from './membership.ts';
import type { Ownership } from './ownership.ts';

/** An offset as the ports say it: the next one to read. */
export interface PartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** How long a client tries. */
const GIVES_UP_US = 10_000_000;

interface Name {
  readonly memberId: string;
  readonly generation: number;
}

interface OfPartition {
  /** Whose partition it is, and in whose name it is made. */
  readonly ownership: Ownership;
}

/** The member commits, whether or not it has the partitions. */
interface OfMember {
  readonly ownership?: undefined;
  /** In whose name it is made: on its way it may meet a later generation, in which the member has other partitions. */
  readonly by: Name;
}

type Commit = (OfPartition | OfMember) & {
  readonly moment: Moment;
  readonly offsets: readonly OffsetOf[];
  taken?(): void;
};

export class Commits {
  /** Commits of one connection come in the order in which they were made. */
  readonly #lane = new Lane();
  /** At work at now, and those that wait until it is answered. */
  readonly #turns: (() => void)[] = [];

  constructor(readonly consumer: LogConsumer) {}

  async ofDelivery(live: LiveRecord): Promise<void> {
    const { ownership } = live.pump;
    const { topic, partition } = ownership;
    const { moment } = live.handed;
    const offsets = [{ topic, partition, offset: live.record.offset + 1 }];
    await this.#commit({ moment, offsets, ownership, taken: () => live.committed() });
    live.isCommitted = true;
    this.consumer.hands.look(live.part);
  }

  /** As Kafka does it: without asking whether the member still has the partitions. */
  async ofMember(offsets: readonly PartitionOffset[]): Promise<void> {
    const { runtime, connection } = this.consumer;
    for (const { topic, partition, offset } of offsets) {
      if (offset < 0n) throw eddyError('OFFSET_OUT_OF_RANGE', { topic, partition, offset });
      if (!runtime.cluster.partition(topic, partition)) {
        throw eddyError('UNKNOWN_TOPIC_OR_PARTITION', { topic, partition });
      }
    }
    const all = offsets.map((one) => ({ ...one, offset: Number(one.offset) }));
    await this.#commit({ moment: momentOf(connection.process), offsets: all, by: this.#member });
  }

  /** In the client's own name, as auto-commit does. */
  quietly(offsets: readonly OffsetOf[], then: (error?: unknown) => void): void {
    const { moment } = this.consumer;
    this.#commit({ moment, offsets, by: this.#member }).then(() => then(), then);
  }

  /** As it is when the commit is made. Source: Kafka's ConsumerCoordinator, sendOffsetCommitRequest. */
  get #member(): Name {
    const { memberId, generation } = this.consumer.membership;
    return { memberId, generation };
  }

  #commit(commit: Commit): Promise<void> {
    const { runtime, connection } = this.consumer;
    const touched = commit.offsets.map(
      ({ topic, partition }) => `${runtime.name}.${topic}/${partition}@${this.consumer.membership.group}`,
    );
    const data = { broker: runtime.name, group: this.consumer.membership.group };
    const unavailable = (): Error =>
      new EddyError('EDDY_UNAVAILABLE', `The broker ${runtime.name} cannot be reached: nothing was committed`, data);
    const unknown = (): Error =>
      new EddyError('EDDY_TIMEOUT', 'No answer came to the commit: the offset may be committed or not', data);
    const ticket = this.#lane.send();
    return operate<void>(connection.process, commit.moment, {
      runtime,
      phrase: `offset commit on ${printName(runtime.name)}`,
      class: 'offsets',
      touches: touched.join(' '),
      // To commit the same offset twice does no harm: what is lost with a connection the client sends again by itself.
      effect: (answer) =>
        this.#lane.arrive(ticket, () => this.#inTurn(answer, (mine) => this.#send(commit, mine, unavailable))),
      abandon: () => this.#lane.arrive(ticket, () => undefined),
      refused: unavailable,
      unknown,
      isLostOnWay: () => connection.isHalfOpen,
      halfOpens: true,
    });
  }

  /** What is tried again is not overtaken by those that were made after it. */
  #inTurn(answer: Answer<void>, send: (answer: Answer<void>) => void): void {
    const next = (): void => {
      this.#turns.shift();
      this.#turns[0]?.();
    };
    const mine: Answer<void> = {
      ok: () => {
        answer.ok();
        next();
      },
      fail: (error) => {
        answer.fail(error);
        next();
      },
    };
    this.#turns.push(() => send(mine));
    if (this.#turns.length === 1) send(mine);
  }

  #send(commit: Commit, answer: Answer<void>, unavailable: () => Error): void {
    const { connection, runtime } = this.consumer;
    const { world } = runtime.simulation;
    const untilUs = world.nowUs + GIVES_UP_US;
    const send = (): void => {
      if (connection.isOpen) this.#ask(commit, answer, untilUs);
      else if (world.nowUs < untilUs) world.spawn(RETRY_US, send);
      else answer.fail(unavailable());
    };
    send();
  }

  #ask(commit: Commit, answer: Answer<void>, untilUs: number): void {
    const { consumer } = this;
    const { connection, membership, runtime } = consumer;
    const { world } = runtime.simulation;
    const { ownership, offsets, moment } = commit;
    const { instanceId, node } = membership.asking;
    const { memberId, generation } = (commit.ownership ?? commit).by;
    const by = { process: connection.process.label, member: memberId, generation, causes: moment.causes };
    const asking = { memberId, generation, offsets, ...(instanceId !== undefined && { instanceId }) };
    // Who is out of its group is not taken for somebody without one, whose commits an empty group takes.
    const isOut = memberId === '' || (!ownership && membership.memberId === '');
    const out: GroupError | undefined = isOut && consumer.serves ? 'UNKNOWN_MEMBER_ID' : undefined;
    const error: GroupError | undefined = ownership?.isForfeit
      ? 'ILLEGAL_GENERATION'
      : (out ??
        consumer.groups.commit(membership.group, by, (coordinator) =>
          coordinator.commit({ ...asking, ...(node !== undefined && { node }) }),
        ).error);
    if (error === undefined) {
      commit.taken?.();
      answer.ok();
    } else if ((mayPass(error) || this.#goesOn(error, ownership)) && world.nowUs < untilUs) {
      membership.met(error);
      world.spawn(RETRY_US, () => this.#ask(commit, answer, untilUs));
    } else {
      this.#refused(commit, error, { memberId, generation });
      answer.fail(eddyError(error as KafkaErrorName, { group: membership.group, member: memberId, generation }));
      // Whoever hears that it is no longer a member has heard it for all its partitions.
      const isStill = memberId === membership.memberId && generation === membership.generation;
      if (ownership?.isOver !== true && isStill) membership.lost(error);
    }
  }

  /**
   * The group has gone on to a generation that the member is about to hear of, and the partition may stay with it: Java's client
   * calls that a rebalance in progress, too. Source: Kafka's ConsumerCoordinator, OffsetCommitResponseHandler.
   */
  #goesOn(error: GroupError, ownership: Ownership | undefined): boolean {
    const isKept = ownership !== undefined && !ownership.isOver;
    return error === 'ILLEGAL_GENERATION' && isKept && this.consumer.membership.isJoining;
  }

  #refused({ offsets, moment }: Commit, error: GroupError, by: Name): void {
    const { runtime, connection, membership } = this.consumer;
    for (const { topic, partition, offset } of offsets) {
      const { group } = membership;
      const { memberId: member, generation } = by;
      const value = { group, topic, partition, offset, generation, member };
      runtime.note(connection.process.label, 'offsetsRefused', topic, value, { error }, moment.causes);
    }
  }
}

/** The coordinator is elsewhere, or about to hand out assignments: the client asks again. */
function mayPass(error: GroupError): boolean {
  return isElsewhere(error) || error === 'REBALANCE_IN_PROGRESS';
}
