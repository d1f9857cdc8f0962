/** What checks can see of a log broker. */
import { type Selector, selector } from '../../selectors.ts';
import type { Message } from '../message.ts';
import { type BrokerSeen, brokerSeen } from '../seen.ts';

/** An offset that a group's coordinator has taken: the next one to read. */
export interface CommittedOffset {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly generation: number;
  readonly member: string;
}

/** Partitions that a member takes up or gives up. */
export interface Assignment {
  readonly group: string;
  readonly member: string;
  readonly generation: number;
  readonly topic: string;
  readonly partitions: readonly number[];
}

/** A transaction that has come to its end. */
export interface EndedTransaction {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly epoch: number;
}

/** What checks can see of a log broker. */
export interface LogSeen<T extends string> extends BrokerSeen<T> {
  /** Offsets that groups have committed. */
  committed(topic?: T): Selector<CommittedOffset>;
  /** Partitions that a member's client has taken up. */
  assigned(topic?: T): Selector<Assignment>;
  /** Partitions that a member's client has given up, of its own accord. */
  revoked(topic?: T): Selector<Assignment>;
  /** Partitions that a member's client has learnt to be somebody else's. */
  lost(topic?: T): Selector<Assignment>;
  /** Each record of a transaction that was aborted. */
  aborted<B = unknown>(topic?: T): Selector<Message<B>>;
}

export function logSeen<T extends string>(component: string): LogSeen<T> {
  const of = <V>(kind: string, says: string, channel: T | undefined): Selector<V> => {
    const where = channel === undefined ? component : `${component}.${channel}`;
    return selector<V>({ kind, component, channel, says: `${says} ${where}` });
  };
  return {
    ...brokerSeen<T>(component),
    committed: (topic) => of('offsetsCommitted', 'offset committed on', topic),
    assigned: (topic) => of('assigned', 'partitions assigned of', topic),
    revoked: (topic) => of('revoked', 'partitions revoked of', topic),
    lost: (topic) => of('lost', 'partitions lost of', topic),
    aborted: <B>(topic?: T) => of<Message<B>>('aborted', 'record aborted in', topic),
  };
}
