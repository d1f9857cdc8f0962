// Compiles what `eddy init` writes against the packed declarations with an old TypeScript, which is installed for that in a
// temporary folder: node old-types.mjs [VERSION]
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const version = process.argv[2] ?? '5.4';
const { dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'eddy-types-'));
const run = (command, args, cwd) => execFileSync(command, args, { cwd, stdio: 'inherit' });

run('npm', ['run', '-s', 'build'], '.');
writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }\n');
run('npm', ['install', '--no-audit', '--no-fund', '--silent', `typescript@${version}`], folder);
const modules = join(folder, 'node_modules');
for (const name of [
  ...Object.keys({ ...dependencies, ...peerDependencies }),
  '@types/node',
  '@types/pg',
  'undici-types',
]) {
  mkdirSync(dirname(join(modules, name)), { recursive: true });
  symlinkSync(resolve('node_modules', name), join(modules, name));
}
// A copy: as a link its declarations would be looked up from here.
mkdirSync(join(modules, 'eddy'));
for (const name of ['package.json', 'dist']) cpSync(name, join(modules, 'eddy', name), { recursive: true });
for (const name of readdirSync('examples').filter((path) => path.startsWith('welcome')))
  writeFileSync(
    join(folder, name),
    readFileSync(join('examples', name), 'utf8').replaceAll(".scenario.ts'", ".scenario.js'"),
  );
writeFileSync(
  join(folder, 'entries.ts'),
  "import 'eddy';\nimport 'eddy/rxjs';\nimport 'eddy/amqplib';\nimport 'eddy/kafkajs';\nimport 'eddy/pg';\nimport 'eddy/vitest';\n",
);
writeFileSync(join(folder, 'own.ts'), "import 'eddy';\nimport 'eddy/rxjs';\n");
for (const [module, moduleResolution, include, skipLibCheck] of [
  ['NodeNext', 'NodeNext', '*.ts', true],
  ['ESNext', 'Bundler', '*.ts', true],
  // Eddy's own declarations are looked into; those of other packages are not all made for an old compiler.
  ['NodeNext', 'NodeNext', 'own.ts', false],
]) {
  const compilerOptions = {
    target: 'ES2022',
    module,
    moduleResolution,
    strict: true,
    noEmit: true,
    skipLibCheck,
    types: ['node'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: [include] }));
  run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.'], folder);
  console.log(`TypeScript ${version}, ${moduleResolution}, ${include}: compiles`);
}
