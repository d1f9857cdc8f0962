/** The run as it was found, kept beside the minimal one: for the page's toggle between the two. */
import { sliceOf } from './explain/cone.ts';
import type { Executed } from './execute.ts';
import { plainEntry } from './plain.ts';
import type { EntryResult, FoundRun } from './result.ts';

/**
 * It is some four times as long as the minimal run, and looked at less: it must not decide how large a result is. Nearly all fit;
 * what goes on without end is cut, where it has long repeated itself.
 */
const ENTRIES_MAX = 400;
/** As JSON, in characters: of runs whose messages grow from try to try. */
const CHARACTERS_MAX = 200_000;

/** @param made the run with the property that it fails for alone */
export function foundRun({ record, verdicts: [verdict] }: Executed): FoundRun {
  // How the run ended is the outcome.
  const entries = record.entries.filter(({ kind }) => kind !== 'ended');
  const history: EntryResult[] = [];
  let characters = 0;
  for (const entry of entries.slice(0, ENTRIES_MAX)) {
    const kept = plainEntry(entry);
    characters += JSON.stringify(kept).length;
    if (characters > CHARACTERS_MAX) break;
    history.push(kept);
  }
  const kept = new Set(history.map(({ n }) => n));
  const evidence = verdict?.verdict === 'fail' ? verdict.evidence : [];
  return {
    history,
    entriesCut: entries.length - history.length,
    evidence: evidence.map(({ n }) => n).filter((n) => kept.has(n)),
    slice: sliceOf(record.entries, evidence).filter((n) => kept.has(n)),
  };
}
