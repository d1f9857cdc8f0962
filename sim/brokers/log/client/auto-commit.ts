/**
 * Auto-commit as the Java client does it: at a poll, when the interval is over, the positions are committed, which is what
 * earlier polls returned, whether it was handled or not. The hand-out of a record is a poll; a consumer that has nothing in
 * hand polls all the while. Source: ConsumerCoordinator (maybeAutoCommitOffsetsAsync, onJoinPrepare).
 */
import { EddyError } from '../../../errors.ts';
import type { OffsetOf } from '../group/protocol.ts';
import type { LogConsumer } from './consumer.ts';
import { RETRY_US } from './membership.ts';

export class AutoCommit {
  /** What the coordinator has, as far as the client was told; -1: nothing. */
  readonly #committed = new Map<string, number>();
  #dueUs: number;
  /** When it will look. */
  #looksUs = Infinity;

  constructor(
    readonly consumer: LogConsumer,
    readonly intervalUs: number,
  ) {
    this.#dueUs = consumer.nowUs + intervalUs;
  }

  /** A poll: before it returns something. */
  poll(): void {
    if (this.consumer.nowUs >= this.#dueUs) this.#now();
    this.set();
  }

  /** Before partitions are given up: what fails is tried again for as long as the group waits for its members. */
  beforeGivingUp(isLost: () => boolean, then: () => void): void {
    const { consumer } = this;
    const untilUs = consumer.nowUs + consumer.settings.rebalanceTimeoutUs;
    const commit = (): void => {
      if (isLost()) then();
      else this.#commit((error) => (mayPass(error) && consumer.nowUs < untilUs ? again() : then()));
    };
    const again = (): void => consumer.courier.later(RETRY_US, commit);
    commit();
  }

  /** A partition was assigned, of which this was committed. */
  begins(topic: string, partition: number, offset: number): void {
    this.#committed.set(`${topic}/${partition}`, offset);
  }

  #now(): void {
    this.#dueUs = this.consumer.nowUs + this.intervalUs;
    this.#commit((error) => {
      if (error === undefined) return;
      if (mayPass(error)) this.#dueUs = this.consumer.nowUs + RETRY_US;
      this.set();
    });
  }

  /** Commits what has moved since the last time. */
  #commit(then: (error?: unknown) => void): void {
    const moved = this.#moved();
    if (moved.length === 0) {
      then();
      return;
    }
    this.consumer.commits.quietly(moved, (error) => {
      if (error === undefined) {
        for (const { topic, partition, offset } of moved) this.#committed.set(`${topic}/${partition}`, offset);
      }
      then(error);
    });
  }

  /** One look when the interval is over; no more while nothing moves. */
  set(): void {
    const { consumer } = this;
    const dueUs = Math.max(this.#dueUs, consumer.nowUs);
    if (this.#looksUs <= dueUs) return;
    this.#looksUs = dueUs;
    consumer.courier.later(dueUs - consumer.nowUs, () => {
      if (this.#looksUs !== dueUs) return;
      this.#looksUs = Infinity;
      // The next poll comes when what is in hand is done.
      consumer.hands.whenDone(
        () => true,
        () => this.#look(),
      );
    });
  }

  #look(): void {
    if (this.consumer.isClosed) return;
    if (this.consumer.nowUs >= this.#dueUs) this.#now();
    else this.set();
  }

  #moved(): OffsetOf[] {
    return this.consumer.holdings.positions.filter(({ topic, partition, offset }) => {
      return offset !== this.#committed.get(`${topic}/${partition}`);
    });
  }
}

/** Not what is refused, but what went wrong on the way. Source: RetriableCommitFailedException. */
function mayPass(error: unknown): boolean {
  return error instanceof EddyError && (error.code === 'EDDY_UNAVAILABLE' || error.code === 'EDDY_TIMEOUT');
}
