/**
 * The transaction coordinator: who holds a transactional id, what its open transaction has touched, and its two steps to an
 * end: the decision, then a marker in each partition. Every end begins a new epoch since 4.0 (KIP-890).
 * Sources: TransactionCoordinator.scala, TransactionMetadata.scala; KIP-98, KIP-360, KIP-447, KIP-890.
 *
 * Not modelled: epochs and producer ids that run out or expire; the coordinator's own log (it never forgets).
 */
import { type KafkaErrorName, refused, type Refused } from './kafka-error.ts';
import type { Partition } from './partition.ts';
import { type Outcome, type Transaction, Transactional } from './transactional.ts';

/** A transaction that has lasted too long is aborted when the coordinator next looks: every ten seconds. */
const LOOK_US = 10_000_000;
const LONGEST_US = 900_000_000;
const TIMEOUT_US = 60_000_000;

/** Who asks: a transactional id with the producer id and epoch that `initProducerId` gave. */
export interface Asking {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly epoch: number;
}

export interface ProducerOf {
  readonly producerId: number;
  readonly epoch: number;
}

export interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** What the groups do for transactions. */
export interface TransactionalGroups {
  of(group: string): {
    txnCommit(request: TxnCommit & { readonly producerId: number }): { readonly error?: KafkaErrorName };
  };
  endTransaction(producerId: number, outcome: Outcome): void;
}

/** Offsets that are to count when the transaction commits; with a member's data they are fenced by its generation. */
export interface TxnCommit {
  readonly memberId?: string;
  readonly instanceId?: string;
  readonly generation?: number;
  readonly offsets: readonly (Place & { readonly offset: number })[];
}

/** What the coordinator tells of itself. */
export interface TransactionHooks {
  /** Its end is decided: call `writeMarkers` a little later. */
  markersDue(transactionalId: string): void;
  /** Another transaction may be the first to time out: see `nextDeadlineUs`. */
  deadlineMoved(): void;
  transaction(event: TransactionEvent): void;
}

export interface TransactionEvent extends ProducerOf {
  /** `committed` and `aborted` are the decision; readers see it when the markers are there: `completed`. */
  readonly kind: 'began' | 'committed' | 'aborted' | 'completed' | 'fenced';
  readonly transactionalId: string;
  /** As its records' batches carry it. */
  readonly transaction: string;
  readonly why?: 'timed out' | 'new producer';
}

export interface TransactionWorld {
  readonly partition: (topic: string, partition: number) => Partition | undefined;
  readonly groups: TransactionalGroups;
  readonly hooks: TransactionHooks;
  readonly nowUs: () => number;
  /** Whether every end begins a new epoch, and produce adds partitions by itself. */
  readonly isV2: boolean;
}

type Answer<T> = T | Refused;
const DONE = Object.freeze({});

export class TransactionCoordinator {
  readonly #byId = new Map<string, Transactional>();
  readonly #byProducer = new Map<number, Transactional>();
  #nextProducerId = 1000;

  constructor(readonly world: TransactionWorld) {}

  /**
   * Without a transactional id a new producer id. With one the next epoch of its producer: those before are fenced, and a
   * transaction that is open is aborted first (CONCURRENT_TRANSACTIONS: ask again).
   * @param r.isV1 the client speaks the protocol of before 4.0, whatever the brokers do (KIP-890)
   * @param r.expected whom a producer takes itself for when it goes on after an error: PRODUCER_FENCED when it is not
   */
  initProducerId(
    r: { transactionalId?: string; timeoutUs?: number; isV1?: boolean; expected?: ProducerOf } = {},
  ): Answer<ProducerOf> {
    const { transactionalId, timeoutUs = TIMEOUT_US, expected } = r;
    if (transactionalId === undefined) return { producerId: this.#nextProducerId++, epoch: 0 };
    if (timeoutUs <= 0 || timeoutUs > LONGEST_US) return refused('INVALID_TRANSACTION_TIMEOUT');
    const held = this.#byId.get(transactionalId) ?? this.#make(transactionalId);
    if (expected && held.epoch >= 0 && expected.producerId !== held.producerId) return refused('PRODUCER_FENCED');
    if (held.open) this.#fence(held, 'new producer');
    else if (!held.isEnding) {
      held.isV2 = this.world.isV2 && r.isV1 !== true;
      return this.#renew(held, timeoutUs, expected);
    }
    return refused('CONCURRENT_TRANSACTIONS');
  }

  /** Begins the transaction with its first partition. */
  addPartitionsToTxn(asking: Asking, partitions: readonly Place[]): Answer<typeof DONE> {
    const held = this.#ready(asking);
    if ('error' in held) return held;
    if (partitions.some(({ topic, partition }) => !this.world.partition(topic, partition))) {
      return refused('UNKNOWN_TOPIC_OR_PARTITION');
    }
    const open = this.#openOf(held);
    for (const place of partitions) open.add(place);
    return DONE;
  }

  addOffsetsToTxn(asking: Asking, group: string): Answer<typeof DONE> {
    const held = this.#ready(asking);
    if ('error' in held) return held;
    this.#openOf(held).groups.add(group);
    return DONE;
  }

  /** The group that they are of must have been added; with 4.1 it adds itself. */
  txnOffsetCommit(asking: Asking, group: string, commit: TxnCommit): Answer<typeof DONE> {
    const held = this.#ready(asking);
    if ('error' in held) return held;
    const open = held.isV2 ? this.#openOf(held) : held.open;
    if (held.isV2) open?.groups.add(group);
    if (!open?.groups.has(group)) return refused('INVALID_TXN_STATE');
    const { error } = this.world.groups.of(group).txnCommit({ ...commit, producerId: asking.producerId });
    return error ? refused(error) : DONE;
  }

  /** Decides the end. Whom the producer is from now on is the answer: its epoch may be a new one, with sequences from 0. */
  endTxn(asking: Asking, outcome: Outcome): Answer<ProducerOf> {
    const held = this.#byId.get(asking.transactionalId);
    if (!held || held.producerId !== asking.producerId) return refused('INVALID_PRODUCER_ID_MAPPING');
    const error = held.canEnd(asking.epoch, outcome);
    if (error) return refused(error);
    if (held.open) this.#decide(held, outcome);
    else if (held.isV2 && asking.epoch === held.epoch) held.abortNothing();
    return { producerId: held.producerId, epoch: held.epoch };
  }

  /**
   * The transaction that a batch for this partition belongs to. With 4.1 the partition is added; before, it must have been.
   * @param r.opened the one that the partition knows as open: the coordinator is not asked again
   */
  ofBatch(r: Place & ProducerOf & { opened: string | undefined }): Answer<{ transaction: string; isV2: boolean }> {
    if (r.opened !== undefined) return { transaction: r.opened, isV2: this.world.isV2 };
    const held = this.#byProducer.get(r.producerId);
    if (!held) return refused('INVALID_PRODUCER_ID_MAPPING');
    if (r.epoch !== held.epoch) return refused('INVALID_PRODUCER_EPOCH');
    if (held.isEnding) return refused('CONCURRENT_TRANSACTIONS');
    if (held.isV2) this.#openOf(held).add(r);
    if (!held.open?.has(r)) return refused('INVALID_TXN_STATE');
    return { transaction: held.open.name, isV2: held.isV2 };
  }

  /** Writes the markers that are still missing. Those that cannot be written now, or are lost again, are due again. */
  writeMarkers(transactionalId: string): void {
    const held = this.#byId.get(transactionalId);
    const ending = held?.ending;
    if (!held || !ending) return;
    for (const place of ending.unmarked()) this.#mark(held, ending, place);
    this.#complete(held, ending);
  }

  /** When `tick` has a transaction to abort; Infinity: never. */
  get nextDeadlineUs(): number {
    let first = Infinity;
    for (const held of this.#byId.values()) first = Math.min(first, overdueUs(held));
    return first;
  }

  /** Aborts what has lasted too long. */
  tick(): void {
    const now = this.world.nowUs();
    for (const held of this.#byId.values()) if (overdueUs(held) <= now) this.#fence(held, 'timed out');
  }

  /** The transactions that have not ended, by their ids. */
  get unfinished(): readonly string[] {
    return [...this.#byId.values()].filter(({ open, ending }) => open ?? ending).map(({ id }) => id);
  }

  #make(transactionalId: string): Transactional {
    const held = new Transactional(transactionalId, this.#nextProducerId++, this.world.isV2);
    this.#byId.set(transactionalId, held);
    this.#byProducer.set(held.producerId, held);
    return held;
  }

  #renew(held: Transactional, timeoutUs: number, expected: ProducerOf | undefined): Answer<ProducerOf> {
    const error = held.nextEpoch(expected?.epoch);
    if (error) return refused(error);
    held.timeoutUs = timeoutUs;
    return { producerId: held.producerId, epoch: held.epoch };
  }

  #ready({ transactionalId, producerId, epoch }: Asking): Answer<Transactional> {
    const held = this.#byId.get(transactionalId);
    if (!held || held.producerId !== producerId) return refused('INVALID_PRODUCER_ID_MAPPING');
    if (epoch !== held.epoch) return refused('PRODUCER_FENCED');
    return held.isEnding ? refused('CONCURRENT_TRANSACTIONS') : held;
  }

  #openOf(held: Transactional): Transaction {
    if (held.open) return held.open;
    const open = held.begin(this.world.nowUs());
    this.#tell(held, 'began', open);
    this.world.hooks.deadlineMoved();
    return open;
  }

  /** Nobody is told this epoch: whoever held the id before is out. */
  #fence(held: Transactional, why: 'timed out' | 'new producer'): void {
    held.fence();
    this.#tell(held, 'fenced', held.open as Transaction, why);
    this.#decide(held, 'abort', why);
  }

  #decide(held: Transactional, outcome: Outcome, why?: TransactionEvent['why']): void {
    const ending = held.decide(outcome);
    this.#tell(held, outcome === 'commit' ? 'committed' : 'aborted', ending, why);
    this.world.hooks.markersDue(held.id);
    this.world.hooks.deadlineMoved();
  }

  #mark(held: Transactional, ending: Transaction, place: Place): void {
    const partition = this.world.partition(place.topic, place.partition);
    if (!partition) {
      // Its topic was deleted: there is nobody left to tell.
      ending.replicated(place);
      return;
    }
    const again = (): void => {
      ending.unmark(place);
      this.world.hooks.markersDue(held.id);
    };
    const marker = { marker: held.outcome, producerId: held.producerId, epoch: held.epoch, timeUs: this.world.nowUs() };
    const written = partition.mark(marker);
    if ('error' in written) return again();
    ending.marked(place);
    partition.whenReplicated(written.offset + 1, partition.epoch, (error) => {
      if (error === 'NOT_LEADER_OR_FOLLOWER') return again();
      ending.replicated(place);
      this.#complete(held, ending);
    });
  }

  #complete(held: Transactional, ending: Transaction): void {
    if (held.ending !== ending || !ending.isMarkedEverywhere) return;
    const { outcome } = held;
    held.complete();
    if (ending.groups.size > 0) this.world.groups.endTransaction(held.producerId, outcome);
    this.#tell(held, 'completed', ending);
  }

  #tell(held: Transactional, kind: TransactionEvent['kind'], of: Transaction, why?: TransactionEvent['why']): void {
    const { id: transactionalId, producerId, epoch } = held;
    this.world.hooks.transaction({
      kind,
      transactionalId,
      producerId,
      epoch,
      transaction: of.name,
      ...(why ? { why } : {}),
    });
  }
}

/** The first look at which the transaction has lasted longer than it may. */
function overdueUs({ open, timeoutUs }: Transactional): number {
  return open ? (Math.floor((open.startUs + timeoutUs) / LOOK_US) + 1) * LOOK_US : Infinity;
}
