/**
 * The cold half of the determinism check: a fresh thread loads the scenario's module anew and makes the given runs, so
 * that state which a module keeps, or order that depends on what ran before, shows as a different digest.
 */
import { Worker } from 'node:worker_threads';
import { EddyError } from '../../sim/errors.ts';
import { realTimeout } from '../../sim/kernel/host.ts';
import type { Recipe } from './draw.ts';
import type { EntryResult } from './result.ts';

/** One run to repeat, as plain data. */
export interface ColdCase {
  readonly seed: number;
  readonly items: readonly Recipe[];
  readonly sentences: readonly string[];
}

export interface ColdRequest {
  /** File URL of the scenario's module. */
  readonly source: string;
  readonly scenario: string;
  readonly variant: string;
  readonly cases: readonly ColdCase[];
  /** Entries are sent only for these cases' first differing run: digests first. */
  readonly digests: readonly string[];
}

/** What the thread answers: every digest, and the entries of the first case whose digest differs. */
export type ColdAnswer =
  | {
      readonly digests: readonly string[];
      readonly differs?: { readonly n: number; readonly entries: readonly EntryResult[] };
    }
  | { readonly error: string };

const LIMIT_MS = 120_000;

export function runCold(request: ColdRequest): Promise<ColdAnswer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./cold-worker.mjs', import.meta.url), { workerData: request });
    const limit = realTimeout(() => {
      void worker.terminate();
      reject(new EddyError('EDDY_COLD', 'The cold runs of the determinism check did not end within two minutes'));
    }, LIMIT_MS);
    worker.once('message', (answer: ColdAnswer) => {
      limit();
      void worker.terminate();
      resolve(answer);
    });
    worker.once('error', (error) => {
      limit();
      reject(error);
    });
    worker.once('exit', () => {
      limit();
      reject(
        new EddyError('EDDY_COLD', "The fresh thread of the determinism check ended in the scenario's own module"),
      );
    });
  });
}
