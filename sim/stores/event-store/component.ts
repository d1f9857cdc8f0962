/** An event store as a component: `eventStore<AccountEvent>('ledger')`. */
import { type Component, makeable, type Runtime } from '../../component.ts';
import { type Selector, selector } from '../../selectors.ts';
import type { Recorded, Snapshot } from './log.ts';
import type { EventStorePort } from './port.ts';
import { EventStoreRuntime } from './runtime.ts';

/** What checks can see of an event store. */
export interface EventStoreSeen<E> {
  readonly appended: Selector<Recorded<E>>;
  /** Each time that a subscriber was handed an event. */
  readonly observed: Selector<Recorded<E>>;
  /** Each read of a stream, with the version of its last event then; 0 where it had none. */
  readonly read: Selector<{ readonly stream: string; readonly version: number }>;
  readonly snapshotted: Selector<Snapshot>;
}

/**
 * Streams with versions, one global order, catch-up then live, snapshots. Versions count from 1. An event that is stored
 * under a schema of its own says so itself: `{ type: 'Deposited', schemaVersion: 2, ... }`.
 */
export function eventStore<E extends { type: string }>(name: string): Component<EventStorePort<E>> & EventStoreSeen<E> {
  const of = <T>(kind: string, says: string): Selector<T> =>
    selector<T>({ kind, component: name, channel: undefined, says: `${says} ${name}` });
  const component = {
    name,
    appended: of<Recorded<E>>('appended', 'event appended to'),
    observed: of<Recorded<E>>('observed', 'event observed from'),
    read: of<{ stream: string; version: number }>('read', 'stream read from'),
    snapshotted: of<Snapshot>('snapshotted', 'snapshot saved to'),
  };
  return makeable(
    component,
    (simulation) => new EventStoreRuntime(name, simulation) as unknown as Runtime<EventStorePort<E>>,
  );
}
