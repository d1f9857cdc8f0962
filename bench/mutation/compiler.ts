/**
 * Which mutants the compiler refuses; nobody could commit those. One compiler is asked for all of them, about the changed file
 * alone: what that makes wrong in other files is not seen. Its interface is called unstable; here alone it is used.
 */
import { join } from 'node:path';
import { API, type Snapshot } from 'typescript/unstable/sync';
import type { Copy } from './copy.ts';
import { type Mutant, mutated } from './mutants.ts';

export class Compiler {
  readonly #copy: Copy;
  readonly #api: API;
  #now: Snapshot;

  constructor(copy: Copy) {
    this.#copy = copy;
    this.#api = new API({ cwd: copy.folder });
    this.#now = this.#api.updateSnapshot({ openProjects: [join(copy.folder, 'tsconfig.json')] });
  }

  accepts(mutant: Mutant): boolean {
    const text = this.#copy.read(mutant.file);
    this.#copy.write(mutant.file, mutated(text, mutant));
    const path = join(this.#copy.folder, mutant.file);
    const isFine = this.#errorsIn(path) === 0;
    this.#copy.write(mutant.file, text);
    this.#take(path);
    return isFine;
  }

  close(): void {
    this.#api.close();
  }

  #errorsIn(path: string): number {
    this.#take(path);
    const [project] = this.#now.getProjects();
    if (!project) throw new Error('the compiler found no project to look at');
    const { program } = project;
    return program.getSyntacticDiagnostics(path).length + program.getSemanticDiagnostics(path).length;
  }

  #take(path: string): void {
    const next = this.#api.updateSnapshot({ fileChanges: { changed: [path] } });
    this.#now.dispose();
    this.#now = next;
  }
}
