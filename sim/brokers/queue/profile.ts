/**
 * What differs between versions of RabbitMQ. Sources: release notes 4.0 and 4.3; RabbitMQ documentation, "Quorum
 * Queues", "Consumers", "Dead Letter Exchanges"; rabbit_fifo.erl, mc.erl, rabbit_channel.erl of 3.13, 4.2 and 4.3.
 */
export type Profile = '3.13' | '4.2' | '4.3';

export interface Version {
  /** Deliveries that quorum queues allow beyond the first, when nothing is said. */
  readonly quorumDeliveryLimit: number | undefined;
  /** Whether a nack counts towards the limit; what was rejected or lost with its channel always does. */
  readonly nackCounts: boolean;
  /** Whether a quorum queue without a delivery limit puts what is nacked behind all others. */
  readonly nackGoesToBack: boolean;
  /** Levels of message priority in a quorum queue: none, two (served 2:1), or 32 (the highest first). */
  readonly quorumPriorities: 'none' | 'two' | 'strict';
  /** Whether a quorum queue's single active consumer makes way for one of higher priority. */
  readonly activeMakesWay: boolean;
  /** Whether deaths are read from an `x-death` header that a client publishes. */
  readonly readsDeaths: boolean;
  /** What a delivery that is not settled in time ends: its channel, or its consumer (and on quorum queues alone). */
  readonly overdue: 'closes the channel' | 'cancels the consumer';
}

export const VERSIONS: Readonly<Record<Profile, Version>> = {
  '3.13': {
    quorumDeliveryLimit: undefined,
    nackCounts: true,
    nackGoesToBack: true,
    quorumPriorities: 'none',
    activeMakesWay: false,
    readsDeaths: true,
    overdue: 'closes the channel',
  },
  '4.2': {
    quorumDeliveryLimit: 20,
    nackCounts: true,
    nackGoesToBack: true,
    quorumPriorities: 'two',
    activeMakesWay: true,
    readsDeaths: false,
    overdue: 'closes the channel',
  },
  '4.3': {
    quorumDeliveryLimit: 20,
    nackCounts: false,
    nackGoesToBack: false,
    quorumPriorities: 'strict',
    activeMakesWay: true,
    readsDeaths: false,
    overdue: 'cancels the consumer',
  },
};

/** The version of a broker for which none is given. */
export const DEFAULT_PROFILE: Profile = '4.2';
