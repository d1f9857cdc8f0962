/** The crash matrix on the terminal: a line for each row, with its kinds of fault and how many cells each has. */
import type { MatrixCell, MatrixResult, ScenarioResult } from '../properties/runner/result.ts';
import { clip } from '../reports/text.ts';
import type { Paint } from '../reports/terminal/paint.ts';
import { visible } from '../reports/terminal/terminal-text.ts';

const ROW_MAX = 64;
const CAUSES_MAX = 5;

export function matrixLines({ scenario, variant, matrix }: ScenarioResult, paint: Paint): readonly string[] {
  if (!matrix) return [];
  return [
    paint.bold(`${visible(scenario)} (${visible(variant)})`),
    '',
    ...rows(matrix.table, paint),
    '',
    `  ${countsOf(matrix, paint)}`,
    ...(matrix.pairs.tried > 0 ? [`  ${pairsOf(matrix.pairs, paint)}`] : []),
    ...causes(matrix, paint),
  ];
}

function rows(table: readonly MatrixCell[], paint: Paint): string[] {
  const names = [...new Set(table.map(({ row }) => row))];
  return names.map((name) => {
    const cells = table.filter(({ row }) => row === name);
    return `  ${markOf(cells, paint)} ${clip(visible(name), ROW_MAX).padEnd(ROW_MAX)} ${cells.map((cell) => cellText(cell, paint)).join('  ')}`;
  });
}

/** What none of a row's cells was tried with is not shown to hold. */
function markOf(cells: readonly MatrixCell[], paint: Paint): string {
  if (cells.some(({ failed }) => failed > 0)) return paint.red('✗');
  return cells.some(({ tried }) => tried > 0) ? paint.green('✓') : paint.yellow('?');
}

/** `crash 5`; `crash 2 of 5` in red where two of them fail, `crash 3 of 5 tried` where two were not reached, or not run. */
function cellText({ kind, cells, tried, failed }: MatrixCell, paint: Paint): string {
  if (failed > 0) return paint.red(`${kind} ${failed} of ${cells}`);
  return paint.dim(tried < cells ? `${kind} ${tried} of ${cells} tried` : `${kind} ${cells}`);
}

function countsOf({ sites, cells, tried, notReached, notRun, noEffect, failed }: MatrixResult, paint: Paint): string {
  const share = cells === 0 ? 0 : Math.floor((tried / cells) * 1000) / 10;
  const left = [...(notReached > 0 ? [`${notReached} not reached`] : []), ...(notRun > 0 ? [`${notRun} not run`] : [])];
  const without = noEffect > 0 ? `, ${noEffect} of them without effect` : '';
  const bad = failed > 0 ? paint.red(`${failed} failed`) : paint.green('none failed');
  return `${sites} sites, ${cells} cells: ${tried} tried (${share} %)${without}, ${[...left, bad].join(', ')}`;
}

function pairsOf({ possible, tried, failed }: MatrixResult['pairs'], paint: Paint): string {
  const share = ((tried / possible) * 100).toPrecision(2);
  return `${tried} of ${possible} pairs (${share} %) tried by sampling, ${failed > 0 ? paint.red(`${failed} failed`) : 'none failed'}`;
}

function causes({ missed }: MatrixResult, paint: Paint): string[] {
  const counts = new Map<string, number>();
  for (const { cause } of missed) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  const most = [...counts].toSorted(([, a], [, b]) => b - a);
  return most.slice(0, CAUSES_MAX).map(([cause, n]) => `  ${paint.dim(`not reached ${n}: ${visible(cause)}`)}`);
}
