/** What a folder's mutants came to, for people. */
import type { Outcome } from './crew.ts';
import type { Drawn } from './draw.ts';
import { described, type Mutant } from './mutants.ts';
import { type Score, scoreOf } from './score.ts';

export interface Judged {
  readonly mutant: Mutant;
  readonly outcome: Outcome;
}

export interface FolderReport extends Score {
  readonly folder: string;
  readonly seed: number;
  /** How many mutants the folder has, and of how many the compiler was asked and refused how many. */
  readonly all: number;
  readonly refused: number;
  readonly judged: number;
  readonly killed: number;
  /** Those of the killed that took too long, or ended the process. */
  readonly endless: number;
  readonly survivors: readonly string[];
}

export function reportOf(folder: string, seed: number, drawn: Drawn, judged: readonly Judged[]): FolderReport {
  const survivors = judged.filter(({ outcome }) => outcome.is === 'passed');
  const killed = judged.length - survivors.length;
  return {
    folder,
    seed,
    all: drawn.all,
    refused: drawn.refused,
    judged: judged.length,
    killed,
    endless: judged.filter(({ outcome }) => outcome.is === 'endless' || outcome.is === 'crashed').length,
    ...scoreOf(killed, judged.length),
    survivors: survivors.map(({ mutant }) => described(mutant)).toSorted((a, b) => (a < b ? -1 : 1)),
  };
}

export function words(report: FolderReport): string {
  const { folder, seed, all, refused, judged, killed, endless, score, low, high, survivors } = report;
  const drawn = `${judged} of ${all} mutants by seed ${seed} (${refused} more do not compile)`;
  const share = judged === 0 ? 'none judged' : `${score.toFixed(1)} % (${low.toFixed(1)} to ${high.toFixed(1)})`;
  return [
    `${folder}: ${share}; ${drawn}: ${killed} killed, ${endless} of them by a time limit or a crash, ${survivors.length} survived`,
    ...survivors.map((line) => `  ${line}`),
    '',
  ].join('\n');
}
