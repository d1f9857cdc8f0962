/**
 * Sites: where a fault can strike, as a run lists them. An operation's class says what it means to the outside; the
 * kinds of fault that fit follow from it.
 */
import type { Arrival, MomentRef, OperationRef, OutageMode } from './fault.ts';
import type { Membership, PartitionRef, Retention } from './log-fault.ts';

/**
 * `publish`: to a broker; `ack`: settling a delivery; `commit`: a store's transaction becomes durable; `statement`:
 * within a transaction; `call`: to an external system; `transaction`: of a log's producer, with its coordinator; `offsets`: a consumer's place in a log;
 * `declare`: a queue or a binding of a queue broker.
 */
export type OperationClass =
  | 'publish'
  | 'ack'
  | 'commit'
  | 'statement'
  | 'call'
  | 'offsets'
  | 'transaction'
  | 'declare';

export interface OperationSite {
  readonly what: 'operation';
  readonly moment: MomentRef;
  /** The moment, printed. */
  readonly printed: string;
  readonly operation: OperationRef;
  readonly class: OperationClass;
  readonly component: string;
  /** The broker that the moment's delivery came from, or that it publishes to. */
  readonly broker: string | undefined;
  readonly timeUs: number;
  /** Whether a deploy would bring another version of the service. */
  readonly isUpgradable?: boolean;
  /** Whether code of the service has read its wall clock by then. */
  readonly readsClock?: boolean;
  /** It goes over a connection to a queue broker, which may become half-open. */
  readonly halfOpens?: boolean;
  /** The store whose connection it goes over, which may break. */
  readonly connection?: string;
  /** What may befall the component beside being out: it blocks publishers, it restarts and loses what is not on disk. */
  readonly outages?: readonly OutageMode[];
  /** Whether the store may refuse it because of what runs beside it. */
  readonly mayConflict?: boolean;
  /** How the process can be put out of the group that the moment's delivery came to. */
  readonly waysOut?: readonly Membership['by'][];
  /** How the partition that it goes to can get another leader. */
  readonly elections?: readonly ('clean' | 'unclean')[];
  /** Its caller tries again by itself, so that its outcome stays unknown only if no attempt is answered. */
  readonly mayStayUnknown?: boolean;
  /** The queue, row or call that it touches: two operations of different cause that touch the same may race. */
  readonly touches: string;
}

export interface ArrivalSite {
  readonly what: 'arrival';
  readonly arrival: Arrival;
  /** It comes from an event store, which sends each event once. */
  readonly isStored?: boolean;
  /** It is appended to a log: later than others comes what is produced later. */
  readonly isLogged?: boolean;
  readonly timeUs: number;
}

export interface DeliverySite {
  readonly what: 'delivery';
  readonly moment: MomentRef & { readonly at: 'delivery' };
  readonly channel: string;
  readonly component: string;
  /** Whether every queue that the message came to gives it up when it comes back too often. */
  readonly isLimited: boolean;
  /** It comes from an event store: nothing on its way spoils it. */
  readonly isStored?: boolean;
  readonly readsClock?: boolean;
  readonly timeUs: number;
}

/** Code of a process read its wall clock, for the first time in this moment. */
export interface ClockSite {
  readonly what: 'clock';
  readonly moment: MomentRef;
  readonly printed: string;
  readonly service: string;
  readonly instance: number;
  readonly timeUs: number;
}

/** A partition of a log that something may befall: known since a record was appended to it, or read in it. */
export interface PartitionSite extends PartitionRef {
  readonly what: 'partition';
  /** An election, a retention, or that readers of what is committed are held back. */
  readonly befalls: readonly ('clean' | 'unclean' | Retention['how'] | 'held back')[];
  /** How many partitions the topic may get, where it may get more. */
  readonly growsTo?: number;
  readonly timeUs: number;
}

/** A group of consumers, which somebody has joined. */
export interface GroupSite {
  readonly what: 'group';
  readonly component: string;
  readonly group: string;
  readonly timeUs: number;
}

/** Processes of a service connect to a component over sockets. */
export interface WireSite {
  readonly what: 'wire';
  readonly service: string;
  readonly component: string;
  readonly timeUs: number;
}

export type SiteRecord = OperationSite | ArrivalSite | DeliverySite | ClockSite | PartitionSite | GroupSite | WireSite;
