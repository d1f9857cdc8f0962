/** Counts over the cells of a matrix: by row and kind of fault, with the cause of each cell that was not reached. */
import { printFault } from '../../sim/faults/print.ts';
import { isLogWindow } from '../../sim/services/strike-log.ts';
import type { Cell } from './cells.ts';
import type { Executed } from './execute.ts';
import type { MatrixCell, MatrixResult } from './result.ts';

type Ended = 'held' | 'noEffect' | 'failed' | 'notReached';

export class MatrixCount {
  readonly #ended = new Map<Cell, Ended>();
  readonly #missed: MatrixResult['missed'][number][] = [];

  add(cell: Cell, { record, verdicts }: Executed): void {
    const fault = record.faults.find(({ sentence }) => sentence === cell.sentence);
    if (!fault?.reached) {
      this.#ended.set(cell, 'notReached');
      this.#missed.push({ sentences: sentencesOf(cell), cause: causeOf(cell, record) });
      return;
    }
    const failed = verdicts.some(({ verdict }) => verdict === 'fail');
    this.#ended.set(cell, failed ? 'failed' : fault.tookEffect ? 'held' : 'noEffect');
  }

  result(sites: number, cells: readonly Cell[], pairs: MatrixResult['pairs']): MatrixResult {
    const of = (...wanted: readonly Ended[]): number =>
      [...this.#ended.values()].filter((ended) => wanted.includes(ended)).length;
    return {
      sites,
      cells: cells.length,
      tried: of('held', 'noEffect', 'failed'),
      notReached: of('notReached'),
      notRun: cells.length - this.#ended.size,
      noEffect: of('noEffect'),
      failed: of('failed'),
      table: this.#table(cells),
      missed: this.#missed,
      pairs,
    };
  }

  #table(cells: readonly Cell[]): MatrixCell[] {
    const table = new Map<string, { -readonly [K in keyof MatrixCell]: MatrixCell[K] }>();
    for (const cell of cells) {
      const key = `${cell.row}\n${cell.kind}`;
      const entry = table.get(key) ?? { row: cell.row, kind: cell.kind, cells: 0, tried: 0, failed: 0, failing: [] };
      table.set(key, entry);
      const ended = this.#ended.get(cell);
      entry.cells++;
      if (ended !== undefined && ended !== 'notReached') entry.tried++;
      if (ended !== 'failed') continue;
      entry.failed++;
      entry.failing = [...entry.failing, sentencesOf(cell)];
    }
    return [...table.values()];
  }
}

function sentencesOf(cell: Cell): string[] {
  return [...cell.beside, cell.fault].map((fault) => printFault(fault));
}

/** Why a fault met nothing to strike, as far as the run tells. */
function causeOf({ fault, beside }: Cell, { faults, outcome }: Executed['record']): string {
  if (fault.kind === 'outage' || (fault.kind === 'clock-skew' && !('place' in fault)))
    return 'nothing called the component, or read the clock, meanwhile';
  if (isLogWindow(fault)) return 'there was no log broker whom it could befall';
  if (fault.kind === 'cut') return 'nothing went over the network meanwhile, or over no socket';
  if (fault.kind === 'slowness') return 'the process asked for nothing meanwhile';
  const spent = beside.find((other) => !faults.some((made) => made.reached && made.sentence === printFault(other)));
  if (spent) return `the fault beside it was not reached: ${printFault(spent)}`;
  if (outcome === 'bound') return 'the run was cut off by its bound';
  return beside.length > 0
    ? 'the fault beside it spoiled the operation first'
    : 'its moment ended before the gap came up';
}
