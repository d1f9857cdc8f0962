/** The event store as a process sees it. */
import { Observable } from 'rxjs';
import { EddyError } from '../../errors.ts';
import { childLineage, printName, rootLineage } from '../../faults/words.ts';
import { frozenCopy, ownCopy } from '../../history/freeze.ts';
import type { Moment } from '../../kernel/context.ts';
import { momentOf } from '../../services/moment.ts';
import { type Answer, type Operation, operate } from '../../services/operation.ts';
import type { StoreConnection } from './connection.ts';
import { type Draft, type Expected, namesStream, type Recorded } from './log.ts';
import type { EventStoreRuntime } from './runtime.ts';

/** Calls reject with EDDY_CONNECTION when the connection is lost; `outcome` says whether it is known what happened. */
export interface EventStorePort<E> {
  /**
   * All events or none. `expected`: the version that the stream must be at (`'none'` or 0: it has no event yet); `'any'`
   * never conflicts. Answers the stream's version after it.
   * @throws EDDY_WRONG_VERSION with `actual`; EDDY_CONNECTION with `outcome`: `unknown`, or `not applied`
   */
  append(stream: string, events: readonly E[], o: { expected: number | 'none' | 'any' }): Promise<{ version: number }>;
  /** The stream's events in order, from the version `from` on (itself included); none for a stream that is not there. */
  read(stream: string, o?: { from?: number }): Promise<readonly Recorded<E>[]>;
  /**
   * What is stored behind the position `from`, then what is appended, in the order of positions, each event once; it never
   * completes by itself. After a lost connection it goes on behind what it delivered last; over a restart the caller
   * says where to start. `streams`: a prefix of stream names, or a pattern of whole names with `*` for anything.
   */
  subscribe(o: { from: bigint | 'start' | 'end'; streams?: string }): Observable<Recorded<E>>;
  /** Replaces the stream's snapshot; that the state is of that version is the caller's word. */
  saveSnapshot(stream: string, version: number, state: unknown): Promise<void>;
  loadSnapshot(stream: string): Promise<{ version: number; state: unknown } | undefined>;
}

export function makePort(runtime: EventStoreRuntime, connection: StoreConnection): EventStorePort<unknown> {
  const { process } = connection;
  const at = printName(runtime.name);
  const ask = <T>(
    phrase: string,
    of: 'commit' | 'statement',
    touched: string,
    effect: (answer: Answer<T>, moment: Moment) => void,
  ): Promise<T> => asked<T>(runtime, connection, phrase, of, touched, effect);
  return Object.freeze({
    append: (stream: string, events: readonly unknown[], { expected }: { expected: Expected }) =>
      append(runtime, connection, stream, frozenCopy(events), expected),
    read: (stream: string, o: { from?: number } = {}) =>
      ask<readonly Recorded<unknown>[]>(`read from ${at}`, 'statement', stream, (answer, moment) => {
        const found = runtime.read(process, moment, stream, o.from);
        answer.ok(ownCopy(found));
      }),
    saveSnapshot: (stream: string, version: number, given: unknown) => {
      const state = frozenCopy(given);
      return ask<void>(`save snapshot to ${at}`, 'commit', `${stream}/snapshot`, (answer, moment) => {
        runtime.saveSnapshot(process, moment, { stream, version, state });
        answer.ok();
      });
    },
    loadSnapshot: (stream: string) =>
      ask<{ version: number; state: unknown } | undefined>(
        `load snapshot from ${at}`,
        'statement',
        `${stream}/snapshot`,
        (answer) => {
          const found = runtime.log.snapshotOf(stream);
          runtime.noteRead(found);
          answer.ok(found && { version: found.version, state: ownCopy(found.state) });
        },
      ),
    subscribe: ({ from, streams }: { from: bigint | 'start' | 'end'; streams?: string }) =>
      new Observable<Recorded<unknown>>((subscriber) =>
        connection.subscribe({
          from: from === 'start' ? 0n : from,
          names: namesStream(streams),
          next: (recorded) => subscriber.next(recorded),
        }),
      ),
  });
}

/** One call on the store, over the process's connection to it. */
function asked<T>(
  runtime: EventStoreRuntime,
  connection: StoreConnection,
  phrase: string,
  of: 'commit' | 'statement',
  touched: string,
  effect: (answer: Answer<T>, moment: Moment) => void,
): Promise<T> {
  const { process } = connection;
  const moment = momentOf(process);
  const lost = (outcome: 'not applied' | 'unknown'): Error => lostConnection(runtime.name, outcome);
  const { drops } = connection;
  let isSent = false;
  const operation: Operation<T> = {
    runtime,
    phrase,
    class: of,
    touches: `${runtime.name}.${touched}`,
    effect: (answer) => {
      isSent = connection.isOpen;
      if (isSent) effect(answer, moment);
      else answer.fail(lost('not applied'));
    },
    refused: () => lost('not applied'),
    unknown: () => lost('unknown'),
    // What was never sent is known to have failed.
    cutOff: () => (isSent && connection.drops !== drops ? lost('unknown') : undefined),
  };
  return operate<T>(process, moment, operation);
}

async function append(
  runtime: EventStoreRuntime,
  connection: StoreConnection,
  stream: string,
  events: readonly unknown[],
  expected: Expected,
): Promise<{ version: number }> {
  const moment = momentOf(connection.process);
  const before = new Map(moment.counts);
  const drafts = events.map((event): Draft => draftOf(moment, event));
  const phrase = `append to ${printName(runtime.name)}`;
  try {
    return await asked<{ version: number }>(runtime, connection, phrase, 'commit', stream, (answer) => {
      try {
        runtime.append(connection.process, moment, stream, drafts, expected);
        answer.ok({ version: runtime.log.versionOf(stream) });
      } catch (error) {
        answer.fail(error);
      }
    });
  } catch (error) {
    // Events that are appended again keep their names.
    for (const { counter, nth } of drafts.map(({ event }) => counted(moment, event))) {
      if (nth === undefined) continue;
      const was = before.get(counter);
      if (was === undefined) moment.counts.delete(counter);
      else moment.counts.set(counter, was);
    }
    throw error;
  }
}

function counted(moment: Moment, event: unknown): { counter: string; type: string; nth: number | undefined } {
  const { type } = event as { type: unknown };
  const counter = `lineage ${String(type)}`;
  return { counter, type: String(type), nth: moment.counts.get(counter) };
}

/** An event is named by its cause, as a message is. */
function draftOf(moment: Moment, event: unknown): Draft {
  const { counter, type, nth: before = 0 } = counted(moment, event);
  const nth = before + 1;
  moment.counts.set(counter, nth);
  if (moment.ref.at === 'delivery') return { event, lineage: childLineage(moment.lineage, type, nth) };
  const isFirstSent = moment.ref.at === 'send' && nth === 1;
  return { event, lineage: rootLineage(type, isFirstSent ? moment.lineage : `${moment.lineage}.${nth}`) };
}

function lostConnection(store: string, outcome: 'not applied' | 'unknown'): Error {
  return new EddyError(
    'EDDY_CONNECTION',
    outcome === 'unknown'
      ? `The connection to ${store} was lost before the answer: what was asked may have been done or not`
      : `The store ${store} cannot be reached: nothing was done`,
    { outcome },
  );
}
