/**
 * What differs between versions of RabbitMQ. Sources: release notes 4.0 and 4.3; RabbitMQ documentation, "Quorum
 * Queues", "Consumers", "Dead Letter Exchanges"; rabbit_fifo.erl, mc.erl, rabbit_channel.erl of 3.10 (with rabbit_dead_letter.erl), 3.13, 4.2 and 4.3.
 */
import { EddyError } from '../../errors.ts';

export type Profile = '3.10' | '3.13' | '4.2' | '4.3';

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
  /** Whether older deaths change their order with each new one, so that cycles are seen where none are (until 3.12). */
  readonly shufflesDeaths: boolean;
  /** Whether a dead letter tells of its last death in headers of its own (since 3.13). */
  readonly tellsLastDeath: boolean;
  /** Whether a dead letter that is given a key loses its header CC (until 3.12). */
  readonly deadKeyDropsCc: boolean;
  /** Whether a type of exchange that nobody knows ends the connection, or only the channel (since 3.13). */
  readonly unknownTypeEndsConnection: boolean;
  /** Whether a consumer of a quorum queue has room for one more, for good, after each message that it gave back too often (until 3.12). */
  readonly limitAddsRoom: boolean;
  /**
   * Whether a classic queue whose single active consumer cancels leaves the next one waiting until something else happens
   * in it. Source: rabbit_amqqueue_process.erl, `basic_cancel` of 3.13 and `stop_consumer` of 4.2.
   */
  readonly cancelLeavesNextWaiting: boolean;
  /** What a delivery that is not settled in time ends: its channel, or its consumer (and on quorum queues alone). */
  readonly overdue: 'closes the channel' | 'cancels the consumer';
}

export const VERSIONS: Readonly<Record<Profile, Version>> = {
  '3.10': {
    quorumDeliveryLimit: undefined,
    nackCounts: true,
    nackGoesToBack: true,
    quorumPriorities: 'none',
    activeMakesWay: false,
    readsDeaths: true,
    shufflesDeaths: true,
    tellsLastDeath: false,
    deadKeyDropsCc: true,
    unknownTypeEndsConnection: true,
    limitAddsRoom: true,
    cancelLeavesNextWaiting: true,
    overdue: 'closes the channel',
  },
  '3.13': {
    quorumDeliveryLimit: undefined,
    nackCounts: true,
    nackGoesToBack: true,
    quorumPriorities: 'none',
    activeMakesWay: false,
    readsDeaths: true,
    shufflesDeaths: false,
    tellsLastDeath: true,
    deadKeyDropsCc: false,
    unknownTypeEndsConnection: false,
    limitAddsRoom: false,
    cancelLeavesNextWaiting: true,
    overdue: 'closes the channel',
  },
  '4.2': {
    quorumDeliveryLimit: 20,
    nackCounts: true,
    nackGoesToBack: true,
    quorumPriorities: 'two',
    activeMakesWay: true,
    readsDeaths: false,
    shufflesDeaths: false,
    tellsLastDeath: true,
    deadKeyDropsCc: false,
    unknownTypeEndsConnection: false,
    limitAddsRoom: false,
    cancelLeavesNextWaiting: false,
    overdue: 'closes the channel',
  },
  '4.3': {
    quorumDeliveryLimit: 20,
    nackCounts: false,
    nackGoesToBack: false,
    quorumPriorities: 'strict',
    activeMakesWay: true,
    readsDeaths: false,
    shufflesDeaths: false,
    tellsLastDeath: true,
    deadKeyDropsCc: false,
    unknownTypeEndsConnection: false,
    limitAddsRoom: false,
    cancelLeavesNextWaiting: false,
    overdue: 'cancels the consumer',
  },
};

/** The version of a broker for which none is given. */
export const DEFAULT_PROFILE: Profile = '4.2';

/** @throws EddyError EDDY_CONFIG for a version that is not modelled */
export function versionOf(profile: Profile = DEFAULT_PROFILE): Version {
  if (Object.hasOwn(VERSIONS, profile)) return VERSIONS[profile];
  const known = Object.keys(VERSIONS).join(', ');
  throw new EddyError('EDDY_CONFIG', `There is no profile "${profile}" of a queue broker; known: ${known}`, {
    profile,
  });
}
