/**
 * The transaction coordinator in a run: when markers are written and what has lasted too long is looked for, what the history
 * records of transactions, and in whose name.
 */
import { combine, hashText } from '../../kernel/random.ts';
import type { Step } from '../../kernel/world.ts';
import type { Simulation } from '../../simulation.ts';
import type { Committing } from './client/groups.ts';
import type { LogCluster } from './cluster.ts';
import type { LogRecord } from './record.ts';
import type { Place, TransactionEvent, TransactionHooks } from './transactions.ts';

/** A coordinator writes markers so soon after the decision. */
const MARKERS_MIN_US = 200;
const MARKERS_MAX_US = 900;
/** How long it waits before it writes again what it could not write. */
const AGAIN_US = 100_000;

interface Written {
  readonly at: Place;
  readonly record: LogRecord;
}

/** In whose name a request is made. */
export interface Requester {
  readonly process: string;
  readonly causes: readonly number[];
}

const KINDS = {
  began: 'transactionBegan',
  committed: 'transactionCommitted',
  aborted: 'transactionAborted',
  fenced: 'fenced',
} as const;

export class Coordinating implements TransactionHooks {
  #requester: Requester | undefined;
  #look: Step | undefined;
  /** By id: how often markers were due since its transaction was decided. */
  readonly #tries = new Map<string, number>();
  /** By transaction: the records of it. */
  readonly #records = new Map<string, Written[]>();
  /** By producer: its open transaction. */
  readonly #open = new Map<number, string>();
  readonly #senders = new Map<number, Committing>();

  constructor(readonly at: { readonly name: string; readonly simulation: Simulation; readonly cluster: LogCluster }) {}

  /** What comes of a request is recorded in this one's name. */
  by<T>(requester: Requester, request: () => T): T {
    this.#requester = requester;
    try {
      return request();
    } finally {
      this.#requester = undefined;
    }
  }

  /** A record of the transaction was appended. */
  wrote(transaction: string, at: Place, record: LogRecord): void {
    const written = this.#records.get(transaction);
    if (written) written.push({ at, record });
    else this.#records.set(transaction, [{ at, record }]);
  }

  /** Offsets were sent in the producer's open transaction. */
  sent(producerId: number, sender: Committing): void {
    const transaction = this.#open.get(producerId);
    this.#senders.set(producerId, { ...sender, about: { transaction } });
  }

  /** In whose name a producer's offsets are committed when its transaction is. */
  senderOf(producerId: number): Committing {
    return this.#senders.get(producerId) ?? { process: this.at.name, causes: [] };
  }

  markersDue(transactionalId: string): void {
    const { simulation, cluster } = this.at;
    const { world } = simulation;
    const tries = (this.#tries.get(transactionalId) ?? 0) + 1;
    this.#tries.set(transactionalId, tries);
    const hash = combine(hashText(`markers of ${transactionalId}`), world.nowUs);
    const us = tries === 1 ? world.random.between(hash, MARKERS_MIN_US, MARKERS_MAX_US) : AGAIN_US;
    world.spawn(us, () => cluster.transactions.writeMarkers(transactionalId));
  }

  deadlineMoved(): void {
    const { simulation, cluster } = this.at;
    const { world } = simulation;
    const dueUs = cluster.transactions.nextDeadlineUs;
    if (this.#look?.dueUs === dueUs && !this.#look.done) return;
    if (this.#look) world.cancel(this.#look);
    this.#look = dueUs === Infinity ? undefined : world.spawn(dueUs - world.nowUs, () => this.#tick());
  }

  #tick(): void {
    this.at.cluster.transactions.tick();
    this.deadlineMoved();
  }

  transaction({ kind, transactionalId, producerId, epoch, transaction, why }: TransactionEvent): void {
    const { simulation, name } = this.at;
    simulation.world.changed();
    if (kind === 'completed') {
      this.#tries.delete(transactionalId);
      this.#senders.delete(producerId);
      return;
    }
    if (kind === 'began') this.#open.set(producerId, transaction);
    const { process = name, causes = [] } = this.#requester ?? {};
    const written = this.#records.get(transaction) ?? [];
    const channels = kind === 'fenced' ? [] : [...new Set(written.map(({ at }) => at.topic))];
    const value = { transactionalId, producerId, epoch, ...(why && { why }) };
    simulation.record(process, KINDS[kind], { component: name, channels, value, about: { transaction } }, causes);
    if (kind !== 'committed' && kind !== 'aborted') return;
    this.#records.delete(transaction);
    if (kind === 'aborted') for (const { at, record } of written) this.#aborted(process, at, record, transaction);
  }

  #aborted(process: string, { topic, partition }: Place, { envelope, offset }: LogRecord, transaction: string): void {
    const { lineage, message, entry } = envelope;
    const about = { lineage, partition, offset, transaction };
    const data = { component: this.at.name, channels: [topic], value: message, about };
    this.at.simulation.record(process, 'aborted', data, [entry]);
  }
}
