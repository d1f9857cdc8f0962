/** A copy of the project in which files may be changed; nobody works there. */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const LEFT_OUT: ReadonlySet<string> = new Set(['node_modules', '.git', 'eddy-report', 'dist']);

export class Copy {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'eddy-mutants-'));
  /** Every TypeScript file from the project's folder on, sorted. */
  readonly files: readonly string[];

  constructor(root: string) {
    cpSync(root, this.folder, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) });
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'));
    this.files = readdirSync(this.folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path) && !path.startsWith('node_modules'))
      .toSorted((a, b) => (a < b ? -1 : 1));
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  /** A hash of all sources. */
  digest(): string {
    const hash = createHash('sha256');
    for (const file of this.files) hash.update(`${file}\n${this.read(file)}\n`);
    return hash.digest('hex');
  }

  remove(): void {
    // What is about to end may still write there.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}
