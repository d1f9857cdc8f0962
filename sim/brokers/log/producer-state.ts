/**
 * What a replica knows of idempotent producers: the last epoch of each, its last five batches, and where its open
 * transaction began. Constant work and memory a batch. Sources: ProducerAppendInfo.java, ProducerStateEntry.java.
 */
import type { KafkaErrorName } from './kafka-error.ts';
import { type Batch, type Marker, sequenceAfter } from './record.ts';

/** Batches of a producer that a repetition is looked for in. */
const BATCHES_KEPT = 5;

interface State {
  epoch: number;
  /** The oldest first. */
  batches: Batch[];
  /** Whether a transaction of it is open here. */
  isOpen: boolean;
}

/** What becomes of a batch: taken, refused, or answered with the place that it has already. */
export type Check =
  | { readonly take: true }
  | { readonly error: KafkaErrorName }
  | { readonly duplicateOf: Pick<Batch, 'baseOffset' | 'count'> };

const TAKE = { take: true } as const;
const OUT_OF_ORDER = { error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' } as const;

export class ProducerStates {
  readonly #states = new Map<number, State>();

  check(batch: Omit<Batch, 'count' | 'baseOffset'>, count: number): Check {
    const { id, epoch, firstSequence, transactional, isVerified } = batch;
    const state = this.#states.get(id);
    // Who is not known (any more) may begin anywhere; in a transaction of 4.1 a first batch that was refused would be
    // overtaken for good by those behind it.
    if (!state) return isVerified && firstSequence !== 0 ? OUT_OF_ORDER : TAKE;
    if (epoch < state.epoch) return { error: 'INVALID_PRODUCER_EPOCH' };
    if (epoch === state.epoch) {
      const same = state.batches.find((batch) => batch.firstSequence === firstSequence && batch.count === count);
      if (same) return { duplicateOf: same };
    }
    const last = epoch === state.epoch ? state.batches.at(-1) : undefined;
    const expected = last ? sequenceAfter(last.firstSequence, last.count) : 0;
    if (firstSequence !== expected) return OUT_OF_ORDER;
    return state.isOpen && !transactional ? { error: 'INVALID_TXN_STATE' } : TAKE;
  }

  took(batch: Batch): void {
    const state = this.#stateOf(batch.id, batch.epoch);
    if (state.batches.length === BATCHES_KEPT) state.batches.shift();
    state.batches.push(batch);
    if (batch.transactional) state.isOpen = true;
  }

  ended({ producerId, epoch }: Marker): void {
    this.#stateOf(producerId, epoch).isOpen = false;
  }

  /** The transaction of this producer, in this epoch, that has written here and has not ended. */
  openOf(id: number, epoch: number): string | undefined {
    const state = this.#states.get(id);
    return state?.isOpen && state.epoch === epoch ? state.batches.at(-1)?.transaction : undefined;
  }

  /** Its last batches, the oldest first. */
  batchesOf(id: number): readonly Batch[] {
    return this.#states.get(id)?.batches ?? [];
  }

  copy(): ProducerStates {
    const copy = new ProducerStates();
    for (const [id, state] of this.#states) copy.#states.set(id, { ...state, batches: [...state.batches] });
    return copy;
  }

  /** A new epoch begins with nothing remembered. */
  #stateOf(id: number, epoch: number): State {
    let state = this.#states.get(id);
    if (!state) {
      state = { epoch, batches: [], isOpen: false };
      this.#states.set(id, state);
    } else if (state.epoch !== epoch) {
      state.epoch = epoch;
      state.batches = [];
    }
    return state;
  }
}
