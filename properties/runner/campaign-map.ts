/** The campaign map: what each kind of fault did under each seed, a row for each slice. */
import type { MapRow } from './result.ts';
import type { Counted } from './tally.ts';

interface Draft {
  runs: number;
  failed: number;
  readonly kinds: Map<string, [struck: number, failed: number]>;
}

export class CampaignMap {
  readonly #rows = new Map<number, Draft>();

  /** A run counts once for each kind of which a fault took effect. */
  add(slice: number, { verdicts, faults }: Counted): void {
    const row = this.#rows.get(slice) ?? { runs: 0, failed: 0, kinds: new Map() };
    this.#rows.set(slice, row);
    const failed = verdicts.some(({ verdict }) => verdict === 'fail');
    row.runs++;
    if (failed) row.failed++;
    for (const kind of new Set(faults.filter(({ tookEffect }) => tookEffect).map(({ kind }) => kind))) {
      const counts = row.kinds.get(kind) ?? [0, 0];
      row.kinds.set(kind, [counts[0] + 1, counts[1] + Number(failed)]);
    }
  }

  /** @param seedOf the seed of a slice, by its number */
  rows(seedOf: (slice: number) => number): readonly MapRow[] {
    return [...this.#rows]
      .toSorted(([a], [b]) => a - b)
      .map(([slice, { runs, failed, kinds }]) => ({
        seed: seedOf(slice),
        runs,
        failed,
        kinds: Object.fromEntries([...kinds].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      }));
  }
}
