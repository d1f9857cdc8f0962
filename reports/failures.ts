/** The folder that a campaign leaves its failures in, each in a file that `eddy repro` reads. */
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { EddyError } from '../properties/error.ts';
import { EDDY_VERSION, REPRO_FORMAT, type Repro } from '../properties/runner/repro.ts';
import type { FailureResult } from '../properties/runner/result.ts';

/** Folder by folder: `recursive` never returns where the system refuses new names, as under /proc. */
export function makeFolder(path: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  mkdirSync(path);
}

/** What replays the failure, as the result tells it. */
export function reproOf(failure: FailureResult): Repro {
  const { scenario, variant, property, name, seed, digest, workload, sends = [] } = failure;
  const faults = failure.faults as Repro['faults'];
  return {
    format: REPRO_FORMAT,
    eddy: EDDY_VERSION,
    scenario,
    variant,
    property,
    name,
    seed,
    digest,
    faults,
    workload,
    sends,
  };
}

/** Saves failures under names that hold no two of one run. */
export class Failures {
  readonly #used = new Set<string>();
  readonly #folder: string;

  constructor(out: string) {
    this.#folder = join(out, 'failures');
  }

  /** The failure with the path of its file, which is relative where `out` is. @throws EddyError EDDY_OUT */
  save(failure: FailureResult, text: string, cwd: string): FailureResult {
    const file = join(this.#folder, `${this.#nameOf(failure)}.json`);
    guarded(file, () => {
      makeFolder(resolve(cwd, this.#folder));
      writeFileSync(resolve(cwd, file), text);
    });
    return { ...failure, file };
  }

  #nameOf({ scenario, variant, property }: FailureResult): string {
    const plain = [scenario, variant, property].map(plainName).join('-');
    let name = plain;
    for (let n = 2; this.#used.has(name.toLowerCase()); n++) name = `${plain}-${n}`;
    this.#used.add(name.toLowerCase());
    return name;
  }
}

/** A part of a file name on every system. */
export function plainName(text: string): string {
  return text.replace(/[^\w.+@]+/g, '-').slice(0, 60) || '-';
}

/**
 * The system's own words say which path it was; the sentence says what to do.
 *
 * @throws EddyError EDDY_OUT
 */
export function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    const code = 'code' in error ? String(error.code) : error.message;
    const where = isAbsolute(path) ? path : join('.', path);
    throw new EddyError(
      'EDDY_OUT',
      `--out: ${where} cannot be written (${code}); give a folder that can, such as --out eddy-report`,
      { path, code },
    );
  }
}
