/**
 * The page's program as one text. The package holds it built (build.mjs); in the sources it is built when the first page of a
 * process is written, which takes a tenth of a second, so that nothing built is committed and nothing stale is ever shown.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { PROJECT } from '../project.ts';

const BUILT = fileURLToPath(new URL('./app/main.js', import.meta.url));
const SOURCE = fileURLToPath(new URL('./app/main.tsx', import.meta.url));
const OPTIONS = fileURLToPath(new URL('./app/build.json', import.meta.url));

let text: string | undefined;

export function shell(): string {
  text ??= existsSync(BUILT) ? readFileSync(BUILT, 'utf8') : bundle();
  return text;
}

/** esbuild comes with tsx, which loads scenarios in TypeScript. */
function bundle(): string {
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof import('esbuild');
  const options = JSON.parse(readFileSync(OPTIONS, 'utf8')) as import('esbuild').BuildOptions;
  const { outputFiles } = buildSync({ ...options, absWorkingDir: PROJECT, entryPoints: [SOURCE], write: false });
  return outputFiles?.[0]?.text ?? '';
}
