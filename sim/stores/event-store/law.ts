/**
 * Conservation: versions are contiguous in each stream, positions grow, the history's appends are the log, and each
 * subscriber has seen what it asked for, in order, without loss or double.
 */
import type { Happened, History } from '../../history/history.ts';
import type { Subscription } from './connection.ts';
import type { EventLog, Recorded } from './log.ts';

export function brokenLaw(
  store: string,
  log: EventLog,
  subscriptions: readonly Subscription[],
  history: History,
): string | undefined {
  return (
    (history.isWhole ? notItsAppends(store, log, history) : undefined) ??
    subscriptions.map((each) => missedBy(store, log, each)).find((broken) => broken !== undefined)
  );
}

function notItsAppends(store: string, log: EventLog, { entries, hashes }: History): string | undefined {
  const appended = entries.flatMap(({ kind, data }) => {
    const happened = data as Happened;
    return kind === 'appended' && happened.component === store ? [happened.value as Recorded<unknown>] : [];
  });
  return (
    outOfOrder(store, appended) ??
    (appended.length === log.all.length &&
    log.all.every(({ recorded }, n) => hashes.of(recorded) === hashes.of(appended[n]))
      ? undefined
      : `store ${store}: its log is not what its appends make it`)
  );
}

function outOfOrder(store: string, appended: readonly Recorded<unknown>[]): string | undefined {
  const versions = new Map<string, number>();
  let last = 0n;
  for (const { stream, version, position } of appended) {
    if (version !== (versions.get(stream) ?? 0) + 1)
      return `store ${store}: ${stream}@${version} is not the next version of its stream`;
    if (position <= last) return `store ${store}: ${stream}@${version} has a position that is not behind the last`;
    versions.set(stream, version);
    last = position;
  }
  return undefined;
}

/** When the run is quiet, whoever is served has been sent everything. */
function missedBy(store: string, log: EventLog, subscription: Subscription): string | undefined {
  const { begunAt, seen, request, connection, isServed, isOver } = subscription;
  if (begunAt === undefined) return undefined;
  const wanted = log.all.flatMap(({ recorded: { stream, position } }) =>
    position > begunAt && request.names(stream) ? [position] : [],
  );
  const isComplete = isServed && !isOver && connection.process.alive;
  const should = isComplete ? wanted : wanted.slice(0, seen.length);
  return should.length === seen.length && should.every((position, n) => position === seen[n])
    ? undefined
    : `store ${store}: a subscriber of ${connection.process.label} saw ${seen.length} events where ${should.length} were there for it`;
}
