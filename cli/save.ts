/** The folder that a campaign leaves its findings in. */
import { accessSync, constants, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { FailureResult } from '../properties/runner/result.ts';
import type { Repro } from '../properties/runner/replay.ts';
import { version } from './project.ts';
import { messageOf, usage } from './usage.ts';

/** Makes the folder before any work, so that a path that cannot be written costs no campaign. */
export function prepareOut(out: string, cwd: string): void {
  if (out.trim() === '') throw usage('--out is empty; give a folder, such as --out eddy-report');
  guarded(out, () => {
    makeFolder(resolve(cwd, out));
    accessSync(resolve(cwd, out), constants.W_OK);
  });
}

/** Folder by folder: `recursive` never returns where the system refuses new names, as under /proc. */
function makeFolder(path: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  mkdirSync(path);
}

/** What replays the failure, as the result tells it. */
export function reproOf(failure: FailureResult): Repro {
  const { scenario, variant, property, name, seed, digest, workload, sends = [] } = failure;
  const faults = failure.faults as Repro['faults'];
  return { format: 1, eddy: version(), scenario, variant, property, name, seed, digest, faults, workload, sends };
}

/** Saves failures under names that hold no two of one run. */
export class Failures {
  readonly #used = new Set<string>();
  readonly #folder: string;

  constructor(out: string) {
    this.#folder = join(out, 'failures');
  }

  /** The failure with the path of its file, which is relative where `--out` is. */
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
function plainName(text: string): string {
  return text.replace(/[^\w.+@]+/g, '-').slice(0, 60) || '-';
}

/** The system's own words say which path it was; the sentence says what to do. */
export function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    const code = 'code' in error ? String(error.code) : messageOf(error);
    const where = isAbsolute(path) ? path : join('.', path);
    throw usage(`--out: ${where} cannot be written (${code}); give a folder that can, such as --out eddy-report`);
  }
}
