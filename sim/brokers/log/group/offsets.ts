/**
 * A group's offsets, as `__consumer_offsets` keeps them: the last one committed for each partition, and those that open
 * transactions have sent. Sources: Kafka's OffsetMetadataManager; KIP-211 (expiry), KIP-447 (stable fetch).
 */
import { keyOf } from './assignors/assignor.ts';
import type { OffsetOf } from './protocol.ts';

interface Committed extends OffsetOf {
  readonly timeUs: number;
  /** The n-th to be written: of two commits the later one counts, whichever became visible later. */
  readonly written: number;
  /** No law says what it may be. */
  readonly isAsSaid: boolean;
}

export class GroupOffsets {
  readonly #committed = new Map<string, Committed>();
  /** By producer id; visible when its transaction commits. */
  readonly #pending = new Map<number, Map<string, Committed>>();
  #written = 0;

  get isEmpty(): boolean {
    return this.#committed.size === 0 && this.#pending.size === 0;
  }

  /** Committed, in the order of first commits. */
  get all(): readonly OffsetOf[] {
    return [...this.#committed.values()];
  }

  get brokenLaw(): string | undefined {
    const negative = [...this.#committed.values()].find(({ offset, isAsSaid }) => offset < 0 && !isAsSaid);
    return negative && `committed ${negative.offset} for ${keyOf(negative)}`;
  }

  commit(offsets: readonly OffsetOf[], nowUs: number, isAsSaid = false): void {
    for (const one of offsets) this.#committed.set(keyOf(one), this.#write(one, nowUs, isAsSaid));
  }

  /** Sent by a transaction that is open. */
  send(producerId: number, offsets: readonly OffsetOf[], nowUs: number): void {
    let sent = this.#pending.get(producerId);
    if (!sent) this.#pending.set(producerId, (sent = new Map()));
    for (const one of offsets) sent.set(keyOf(one), this.#write(one, nowUs, false));
  }

  /** The producer's transaction has ended: what it sent counts, unless something was committed after it was sent. */
  end(producerId: number, outcome: 'commit' | 'abort'): readonly OffsetOf[] {
    const sent = this.#pending.get(producerId) ?? new Map<string, Committed>();
    this.#pending.delete(producerId);
    if (outcome === 'abort') return [];
    const counting = [...sent].filter(([key, one]) => (this.#committed.get(key)?.written ?? 0) < one.written);
    for (const [key, one] of counting) this.#committed.set(key, one);
    return counting.map(([, one]) => one);
  }

  /** They are forgotten at once: their topic is gone, or somebody asked for it. */
  forget(isMeant: (one: OffsetOf) => boolean): void {
    for (const list of [this.#committed, ...this.#pending.values()]) {
      for (const [key, one] of list) if (isMeant(one)) list.delete(key);
    }
  }

  get(topic: string, partition: number): OffsetOf | undefined {
    return this.#committed.get(keyOf({ topic, partition }));
  }

  isPending(topic: string, partition: number): boolean {
    return [...this.#pending.values()].some((sent) => sent.has(keyOf({ topic, partition })));
  }

  /** @param endsUs when a commit stops counting; those that an open transaction would replace stay */
  expire(nowUs: number, endsUs: (one: { readonly topic: string; readonly timeUs: number }) => number): void {
    for (const [key, one] of this.#committed) {
      if (endsUs(one) <= nowUs && !this.isPending(one.topic, one.partition)) this.#committed.delete(key);
    }
  }

  #write({ topic, partition, offset, metadata }: OffsetOf, nowUs: number, isAsSaid: boolean): Committed {
    const kept = metadata === undefined ? {} : { metadata };
    return { topic, partition, offset, ...kept, timeUs: nowUs, written: ++this.#written, isAsSaid };
  }
}
