/** The event store keeps the shapes that scenarios outside the project are written to; what it adds, it adds beside them. */
import type { Observable } from 'rxjs';
import { expect, expectTypeOf, test } from 'vitest';
import {
  type Component,
  eventStore,
  type EventStorePort,
  type Ports,
  type Recorded,
  type Selector,
} from '../../../index.ts';

interface GivenRecorded<E> {
  readonly stream: string;
  readonly version: number;
  readonly position: bigint;
  readonly id: string;
  readonly event: E;
}
interface GivenPort<E> {
  append(stream: string, events: readonly E[], o: { expected: number | 'none' | 'any' }): Promise<{ version: number }>;
  read(stream: string, o?: { from?: number }): Promise<readonly GivenRecorded<E>[]>;
  subscribe(o: { from: bigint | 'start' | 'end'; streams?: string }): Observable<GivenRecorded<E>>;
  saveSnapshot(stream: string, version: number, state: unknown): Promise<void>;
  loadSnapshot(stream: string): Promise<{ version: number; state: unknown } | undefined>;
}
type GivenStore<E> = Component<GivenPort<E>> & { readonly appended: Selector<GivenRecorded<E>> };

type Event = { type: 'Deposited'; cents: number } | { type: 'Withdrawn'; cents: number };

test('the types are those of the contract', () => {
  expectTypeOf<Recorded<Event>>().toEqualTypeOf<GivenRecorded<Event>>();
  expectTypeOf<EventStorePort<Event>>().toEqualTypeOf<GivenPort<Event>>();
  const bank = eventStore<Event>('bank');
  expectTypeOf(bank).toExtend<GivenStore<Event>>();
  expectTypeOf<Ports<{ bank: typeof bank }>>().toEqualTypeOf<{ readonly bank: GivenPort<Event> }>();
  bank.appended.where(({ event }) => event.cents > 0).by(({ stream }) => stream);
  // @ts-expect-error an event without a type is none
  eventStore<{ cents: number }>('other');
  expect([bank.name, bank.appended.says]).toEqual(['bank', 'event appended to bank']);
});
