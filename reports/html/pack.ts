/**
 * What the page's program reads: the result without its histories, and for each failure its histories by columns (names once,
 * times and causes as differences), each as gzip in base64. Histories are read when somebody looks at them.
 */
import { gzipSync, strToU8 } from 'fflate';
import type { CampaignResult, EntryResult } from '../../properties/runner/result.ts';
import { bigintAsText } from '../text.ts';

/** Entries by columns. */
export interface Columns {
  readonly processes: readonly string[];
  readonly kinds: readonly string[];
  /** Numbers and times: each as the difference to the one before. */
  readonly n: readonly number[];
  readonly t: readonly number[];
  /** Indexes into the names. */
  readonly p: readonly number[];
  readonly k: readonly number[];
  /** Causes: how far before the entry; 0 for none, a number for one. */
  readonly c: readonly (number | readonly number[])[];
  readonly d: readonly unknown[];
}

/** The histories of one failure. */
export interface Log {
  readonly run: Columns;
  /** From where the two part. */
  readonly twin?: Columns;
  /** The run as it was found. */
  readonly found?: Columns;
}

export interface Packed {
  readonly head: string;
  /** One for each failure, in the result's order. */
  readonly logs: readonly string[];
}

export function packed(result: CampaignResult): Packed {
  const failures = result.scenarios.flatMap((scenario) => scenario.failures);
  const scenarios = result.scenarios.map((scenario) => ({
    ...scenario,
    failures: scenario.failures.map((failure) => ({
      ...failure,
      history: [],
      found: { ...failure.found, ...(failure.found.history && { history: [] }) },
      ...(failure.twin && { twin: { ...failure.twin, history: [] } }),
    })),
  }));
  return {
    head: zipped({ ...result, scenarios }),
    logs: failures.map(({ history, twin, found }): string =>
      zipped({
        run: columns(history),
        ...(twin && { twin: columns(twin.history) }),
        ...(found.history && { found: columns(found.history) }),
      } satisfies Log),
    ),
  };
}

function zipped(value: unknown): string {
  const bytes = gzipSync(strToU8(JSON.stringify(value, bigintAsText)), { level: 6, mtime: 0 });
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

export function columns(entries: readonly EntryResult[]): Columns {
  const processes = new Names();
  const kinds = new Names();
  const differences = (of: (entry: EntryResult) => number): number[] =>
    entries.map((entry, at) => of(entry) - (at === 0 ? 0 : of(entries[at - 1] as EntryResult)));
  return {
    n: differences(({ n }) => n),
    t: differences(({ timeUs }) => timeUs),
    p: entries.map(({ process }) => processes.at(process)),
    k: entries.map(({ kind }) => kinds.at(kind)),
    c: entries.map(({ n, causes }) => {
      const before = causes.map((cause) => n - cause);
      return before.length === 0 ? 0 : before.length === 1 ? (before[0] as number) : before;
    }),
    d: entries.map(({ data }) => data),
    processes: processes.all,
    kinds: kinds.all,
  };
}

class Names {
  readonly all: string[] = [];
  readonly #index = new Map<string, number>();

  at(name: string): number {
    let index = this.#index.get(name);
    if (index === undefined) {
      index = this.all.push(name) - 1;
      this.#index.set(name, index);
    }
    return index;
  }
}
