// Makes dist/, what is published. esbuild puts what the entries share into few files, because a module of its own for each
// source file would more than double the time that importing Eddy takes; TypeScript's compiler writes the declarations, of
// which those stay that an entry of package.json leads to. Here follow the files that are plain JavaScript already.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';

const PLAIN = [
  'cli/bin.js',
  'cli/supervise.js',
  'cli/register.js',
  'cli/commonjs.js',
  'cli/hooks.js',
  'properties/runner/cold-worker.mjs',
  'properties/runner/crew/thread.mjs',
];
/** What is loaded by its path: its place stays. */
const LOADED = ['cli/start.ts', 'properties/runner/crew/thread.ts', 'properties/runner/cold-thread.ts'];
/** What `eddy init` writes. */
const TEMPLATES = ['examples/welcome.scenario.ts', 'examples/welcome.spec.ts'];
const { name, version, exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const published = Object.values(exports).flatMap((entry) => entry['eddy-source'] ?? []);
const scenarios = readdirSync('scenarios', { recursive: true }).filter((path) => path.endsWith('.scenario.ts'));

/** They ask which frames of a stack are Eddy's: those of the chunk that they are in. */
const OF_STACKS = ['/sim/kernel/guards/uses.ts', '/sim/throws.ts'];

/** Where a file stands is asked by its source's place in the project, which is the same in dist/. */
const places = {
  name: 'places',
  setup(to) {
    to.onResolve({ filter: /^eddy:place$/ }, () => ({ path: 'place', namespace: 'eddy' }));
    to.onLoad({ filter: /.*/, namespace: 'eddy' }, () => ({ contents: PLACE, resolveDir: resolve('.') }));
    to.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (/import\.meta\.(dir|file)name/.test(text)) throw new Error(`${path}: only import.meta.url is known here`);
      if (!text.includes('import.meta.url') || OF_STACKS.some((end) => path.endsWith(end))) return undefined;
      const place = JSON.stringify(relative('.', path).replace(/\.ts$/, '.js'));
      const contents = text.replaceAll('import.meta.url', `placeOf(${place})`);
      return { contents: `import { placeOf } from 'eddy:place';\n${contents}`, loader: 'ts' };
    });
  },
};
const PLACE = `import { existsSync } from 'node:fs';
let root = new URL('.', import.meta.url);
while (!existsSync(new URL('package.json', root))) root = new URL('..', root);
export const placeOf = (path) => new URL(path, root).href;`;

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: [...published, ...LOADED, ...scenarios.map((path) => join('scenarios', path))],
  outdir: 'dist',
  outbase: '.',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  plugins: [places],
  logLevel: 'warning',
});

// The page's program is one text in the page: reports/html/shell.ts finds it here.
await build({
  ...JSON.parse(readFileSync('reports/html/app/build.json', 'utf8')),
  entryPoints: ['reports/html/app/main.tsx'],
  outfile: 'dist/reports/html/app/main.js',
});

/** `./thread.ts` of a sibling is `./thread.js` here. */
const compiled = (text) => text.replace(/(['"](?:\.{1,2}|cli)\/[^'"]*)\.ts(['"])/g, '$1.js$2');

execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
const wanted = published.map((path) => join('dist', path.replace(/\.ts$/, '.d.ts')));
for (const path of wanted) {
  const text = compiled(readFileSync(path, 'utf8'));
  writeFileSync(path, text);
  for (const [, to] of text.matchAll(/['"](\.{1,2}\/[^'"]*)\.js['"]/g)) {
    const next = join(dirname(path), `${to}.d.ts`);
    if (!wanted.includes(next) && existsSync(next)) wanted.push(next);
  }
}
for (const path of readdirSync('dist', { recursive: true })) {
  if (path.endsWith('.d.ts') && !wanted.includes(join('dist', path))) rmSync(join('dist', path));
}

const put = (path, text) => {
  mkdirSync(dirname(join('dist', path)), { recursive: true });
  writeFileSync(join('dist', path), text);
};
for (const path of PLAIN) put(path, compiled(readFileSync(path, 'utf8')));
for (const path of TEMPLATES) put(`${path}.txt`, readFileSync(path));
// What asks for its version, or whether it is ESM, finds it one folder up, as in the sources.
put('package.json', `${JSON.stringify({ name, version, type: 'module', private: true }, null, 2)}\n`);
