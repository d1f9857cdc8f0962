/**
 * Auto-commit as the Java client does it: at a poll, when the interval is over, the positions are committed, which is what
 * earlier polls returned, whether it was handled or not. The hand-out of a record is a poll; a consumer that has nothing in
 * hand polls all the while. Source: ConsumerCoordinator.maybeAutoCommitOffsetsAsync.
 */
import type { OffsetOf } from '../group/protocol.ts';
import type { LogConsumer } from './consumer.ts';

export class AutoCommit {
  readonly #committed = new Map<string, number>();
  #dueUs: number;
  #isSet = false;

  constructor(
    readonly consumer: LogConsumer,
    readonly intervalUs: number,
  ) {
    this.#dueUs = consumer.nowUs + intervalUs;
  }

  /** A poll: before it returns something. */
  poll(): void {
    if (this.consumer.nowUs >= this.#dueUs) this.now(() => {});
    this.#set();
  }

  /** Commits what has moved since the last time; also before partitions are given up. */
  now(then: () => void): void {
    this.#dueUs = this.consumer.nowUs + this.intervalUs;
    const moved = this.#moved();
    for (const { topic, partition, offset } of moved) this.#committed.set(`${topic}/${partition}`, offset);
    if (moved.length > 0) this.consumer.commits.quietly(moved, then);
    else then();
  }

  /** A partition begins at this offset: it is committed when it has moved on. */
  begins(topic: string, partition: number, offset: number): void {
    this.#committed.set(`${topic}/${partition}`, offset);
  }

  /** One look when the interval is over; no more while nothing moves. */
  #set(): void {
    if (this.#isSet) return;
    this.#isSet = true;
    const { consumer } = this;
    consumer.courier.later(Math.max(0, this.#dueUs - consumer.nowUs), () => {
      this.#isSet = false;
      if (consumer.isClosed) return;
      // The next poll comes when what is in hand is done.
      consumer.hands.whenDone(
        () => true,
        () => {
          if (!consumer.isClosed && consumer.nowUs >= this.#dueUs) this.now(() => {});
        },
      );
    });
  }

  #moved(): OffsetOf[] {
    return this.consumer.holdings.positions.filter(({ topic, partition, offset }) => {
      return offset !== (this.#committed.get(`${topic}/${partition}`) ?? offset);
    });
  }
}
