/** A process's consumer of a group. */
import type { Observable } from 'rxjs';
import { EddyError } from '../../../errors.ts';
import type { Message } from '../../message.ts';
import type { LogConnection } from '../connection.ts';
import type { LogRuntime } from '../runtime.ts';

export interface ConsumerOptions {
  group: string;
  /** Where a partition begins that the group has committed no offset of; default: earliest. */
  from?: 'earliest' | 'latest';
  isolation?: 'read_committed' | 'read_uncommitted';
  onRevoked?: (partitions: readonly number[]) => Promise<void>;
}

export interface LogDelivery<B> {
  readonly message: Message<B>;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  commit(): Promise<void>;
}

export interface Consumer<B> {
  messages(): Observable<LogDelivery<B>>;
  close(): Promise<void>;
}

export function makeConsumer<B>(
  runtime: LogRuntime<string>,
  _connection: LogConnection,
  _topics: readonly string[],
  _options: ConsumerOptions,
): Consumer<B> {
  throw new EddyError('EDDY_CONFIG', `The log ${runtime.name} has no consumers yet`);
}
