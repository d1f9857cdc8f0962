/**
 * What a worker has finished, and what it commits. Several records are worked on at a time and finish out of order: committed is
 * the end of the stretch without a gap, never further. Commits go out one after another, so that none overtakes another.
 */
import { firstValueFrom, timer } from 'rxjs';
import type { Consumer, LogDelivery } from '../../index.ts';
import type { Order } from './system.ts';

export type OrderRecord = LogDelivery<Order>;

interface Open {
  readonly record: OrderRecord;
  isDone: boolean;
}

export class Offsets {
  /** In the order of the log. */
  readonly #open = new Map<number, Open[]>();
  /** What is to be read next. */
  readonly ends = new Map<number, bigint>();
  #last = Promise.resolve();
  #underWay: Promise<unknown> = Promise.resolve();
  #isRefused = false;

  constructor(readonly consumer: Consumer<Order>) {}

  begin(record: OrderRecord): void {
    this.#open.set(record.partition, [...(this.#open.get(record.partition) ?? []), { record, isDone: false }]);
  }

  /** Whether it is still ours to work on. */
  has(record: OrderRecord): boolean {
    return this.#open.get(record.partition)?.some((each) => each.record === record) === true;
  }

  finish(record: OrderRecord): Promise<void> {
    const open = this.#open.get(record.partition) ?? [];
    for (const each of open) if (each.record === record) each.isDone = true;
    while (open[0]?.isDone) this.ends.set(record.partition, (open.shift() as Open).record.offset + 1n);
    return this.commit();
  }

  commit(): Promise<void> {
    this.#last = this.#last.then(() => this.#send());
    return this.#last;
  }

  /** Until it is taken, or the group has gone on to another generation: in that one, what is still ours then. */
  async #send(): Promise<void> {
    for (;;) {
      const offsets = [...this.ends].map(([partition, offset]) => ({ topic: 'orders', partition, offset }));
      try {
        if (offsets.length > 0) await this.#request(offsets);
        return;
      } catch (error) {
        if ((error as { code?: string }).code === 'EDDY_ILLEGAL_GENERATION') return this.#refused();
        await firstValueFrom(timer(300));
      }
    }
  }

  #request(offsets: readonly { topic: string; partition: number; offset: bigint }[]): Promise<void> {
    const request = this.consumer.commit(offsets);
    this.#underWay = Promise.allSettled([request]);
    return request;
  }

  /** Until the request that has gone out is answered: it may be of a partition that is being given up. */
  async answered(): Promise<void> {
    await this.#underWay;
  }

  /** Nobody waits for it: the group may be waiting for us to give something up. */
  #refused(): void {
    if (this.#isRefused) return;
    this.#isRefused = true;
    timer(300).subscribe(() => {
      this.#isRefused = false;
      void this.commit();
    });
  }

  forget(partitions: readonly number[]): void {
    for (const partition of partitions) {
      this.#open.delete(partition);
      this.ends.delete(partition);
    }
  }
}
