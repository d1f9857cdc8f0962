/** What is known already, kept in a file so that a run that was ended goes on: valid while no source has changed. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Outcome } from './crew.ts';

type Line =
  | { readonly sources: string }
  /** How long a spec takes on the code as it is; `failed` when it does not pass there. */
  | { readonly spec: string; readonly ms: number; readonly failed?: boolean }
  | { readonly mutant: string; readonly outcome: Outcome | { readonly is: 'refused' } | { readonly is: 'compiles' } };

export class Journal {
  readonly specs = new Map<string, { readonly ms: number; readonly failed?: boolean }>();
  readonly mutants = new Map<string, Outcome | { readonly is: 'refused' } | { readonly is: 'compiles' }>();
  readonly #path: string | undefined;

  /**
   * @param path where it is kept; without one nowhere
   * @param sources a hash of them
   */
  constructor(path: string | undefined, sources: string) {
    this.#path = path;
    if (path === undefined) return;
    const [first, ...lines] = existsSync(path) ? (readFileSync(path, 'utf8').trim().split('\n') as string[]) : [];
    if (first !== JSON.stringify({ sources })) writeFileSync(path, `${JSON.stringify({ sources })}\n`);
    else for (const line of lines) this.#take(JSON.parse(line) as Line);
  }

  add(line: Line): void {
    this.#take(line);
    if (this.#path !== undefined) appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
  }

  #take(line: Line): void {
    if ('spec' in line) this.specs.set(line.spec, line);
    if ('mutant' in line) this.mutants.set(line.mutant, line.outcome);
  }
}
