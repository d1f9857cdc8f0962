/**
 * R4 append-exclusive: one append for each (stream, version), and no lost update: what was decided on a version of a
 * stream is appended right behind it. What a decision was based on is told by `read` (what the same moment saw of the
 * stream last, its own appends included) or by `basedOn`, where the event itself says so.
 */
import { pick, type Selector } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { quietly } from './keys.ts';
import type { StreamRead, Versioned } from './streams.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

interface Base {
  readonly version: number;
  readonly entry: Entry;
}

interface Append extends Base {
  readonly place: string;
  /** What it was decided on. */
  readonly base: number | undefined;
}

export interface Exclusively<T> {
  /** Reads of streams. An append by a moment that read nothing of the stream is based on nothing. */
  readonly read?: Selector<StreamRead>;
  /** The version that the decision was based on; `undefined`: none is known. */
  readonly basedOn?: (appended: T) => number | undefined;
}

export function appendExclusive<T extends Versioned>(appended: Selector<T>, o: Exclusively<T> = {}): Property {
  checkArguments('appendExclusive', {
    appended: [appended, 'selector'],
    read: [o.read, 'selector?'],
    basedOn: [o.basedOn, 'function?'],
  });
  checkSlips('appendExclusive', o, { read: true, basedOn: true });
  return {
    id: 'R4',
    name: 'append-exclusive',
    kind: 'safety',
    selectors: [appended, ...(o.read ? [o.read] : [])],
    start() {
      const byVersion = new Map<string, Entry>();
      const latest = new Map<string, Append>();
      const seen = new Map<string, Base>();
      let exercised = 0;
      let failed: { says: string; evidence: Entry[] } | undefined;
      return {
        see(entry) {
          if (failed) return;
          const read = o.read && pick(o.read, entry);
          if (read) seen.set(placeOf(entry, read.value.stream), { version: read.value.version, entry });
          const picked = pick(appended, entry);
          if (picked) append(picked.value, entry);
        },
        end: (): Verdict => (failed ? { verdict: 'fail', ...failed } : passed(exercised, appended.says)),
      };
      function append(value: T, entry: Entry): void {
        exercised++;
        const { stream, version } = value;
        const place = placeOf(entry, stream);
        const at = JSON.stringify([stream, version]);
        const first = byVersion.get(at);
        const before = latest.get(stream);
        const read = seen.get(place);
        const base = baseOf(value, entry) ?? read;
        if (first) {
          failed = { says: `${appended.says}: version ${version} of "${stream}" came twice`, evidence: [first, entry] };
        } else if (base && !isBehind(base, before, version) && !goesOn(base, before, place)) {
          const says = `${appended.says}: version ${version} of "${stream}" was decided on version ${base.version}, but version ${before?.version ?? 0} was there`;
          const evidence = new Set([base.entry, ...(before ? [before.entry] : []), entry]);
          failed = { says, evidence: [...evidence].toSorted((a, b) => a.n - b.n) };
        }
        byVersion.set(at, entry);
        latest.set(stream, { version, entry, place, base: base?.version });
        if (read) seen.set(place, { version, entry });
      }
      function baseOf(value: T, entry: Entry): Base | undefined {
        const version = o.basedOn && quietly(() => o.basedOn?.(value));
        return version === undefined ? undefined : { version, entry };
      }
    },
  };
}

/** Nothing came between the two. What is read of an empty stream is less than any version. */
function isBehind(base: Base, before: Append | undefined, version: number): boolean {
  return before ? base.version === before.version : base.version < version;
}

/** The next event of one append names the same base as the one before it. */
function goesOn(base: Base, before: Append | undefined, place: string): boolean {
  return before?.place === place && before.base === base.version;
}

/** What was read and what is appended belong together when they come from the same delivery, timer or request. */
function placeOf({ process, causes }: Entry, stream: string): string {
  return JSON.stringify([process, causes, stream]);
}
