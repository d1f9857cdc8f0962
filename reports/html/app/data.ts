/** Reads what `pack.ts` wrote into the page. */
import type { CampaignResult, EntryResult } from '../../../properties/runner/result.ts';
import type { Columns, Log } from '../pack.ts';

export interface Histories {
  readonly run: readonly EntryResult[];
  readonly twin: readonly EntryResult[];
  /** Of the run as it was found; empty where it was not kept. */
  readonly found: readonly EntryResult[];
}

export function readResult(): Promise<CampaignResult> {
  return read('eddy-result') as Promise<CampaignResult>;
}

const known = new Map<number, Promise<Histories>>();

/** @param nth which failure of the whole result */
export function readHistories(nth: number): Promise<Histories> {
  let histories = known.get(nth);
  if (!histories) {
    histories = read(`eddy-log-${nth}`).then((value) => {
      const { run, twin, found } = value as Log;
      const of = (columns?: Columns): EntryResult[] => (columns ? entriesOf(columns) : []);
      return { run: of(run), twin: of(twin), found: of(found) };
    });
    known.set(nth, histories);
  }
  return histories;
}

async function read(id: string): Promise<unknown> {
  const text = atob(document.getElementById(id)?.textContent ?? '');
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text()) as unknown;
}

/** A cause is as far before its entry as it says; an entry of a result by hand may be its own cause (0 apart), which is dropped. */
export function entriesOf({ processes, kinds, n, t, p, k, c, d }: Columns): EntryResult[] {
  let number = 0;
  let timeUs = 0;
  return n.map((step, at) => {
    number += step;
    timeUs += t[at] ?? 0;
    const cause = c[at] ?? 0;
    const own = number;
    const causes = typeof cause === 'number' ? (cause === 0 ? [] : [own - cause]) : cause.map((back) => own - back);
    return {
      n: own,
      timeUs,
      process: processes[p[at] ?? 0] ?? '',
      kind: kinds[k[at] ?? 0] ?? '',
      data: d[at],
      causes,
    };
  });
}
