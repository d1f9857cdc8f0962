/** `eddy init`: a first scenario and its test in the folder at hand, as files that hold, with a wrong variant to see fail. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { guarded } from '../../reports/failures.ts';
import { calledAs, PROJECT } from '../../reports/project.ts';
import { visible } from '../../reports/terminal/terminal-text.ts';
import type { Host } from '../host.ts';
import { usage } from '../usage.ts';

const FILES = ['welcome.scenario.ts', 'welcome.spec.ts'] as const;
const NEEDED = ['vitest', 'fast-check', 'rxjs'];
/** In the package they are no TypeScript that some tool would take for its own. */
const END = import.meta.url.endsWith('.ts') ? '' : '.txt';

/** @throws EddyError EDDY_USAGE where there is no package.json, or a file of that name is there; EDDY_OUT */
export async function init(host: Host): Promise<number> {
  const { cwd } = host;
  const manifest = join(cwd, 'package.json');
  if (!existsSync(manifest))
    throw usage(`${cwd} holds no package.json; start a package with npm init -y, or go to the folder that has one`);
  const isModule = readsAsModule(manifest);
  const taken = FILES.filter((file) => existsSync(join(cwd, file)));
  if (taken.length > 0)
    throw usage(
      taken.length > 1
        ? `${taken.join(' and ')} are there already, and are not overwritten; go to another folder, or move them`
        : `${taken.join()} is there already, and is not overwritten; go to another folder, or move it`,
    );
  const config = nearest(cwd, 'tsconfig.json');
  const keepsEnding = config !== undefined && takesTsEndings(config);
  for (const file of FILES)
    guarded(file, () => writeFileSync(join(cwd, file), textOf(file, keepsEnding), { flag: 'wx' }));
  for (const line of words(host, { isModule, hasTypeScript: config !== undefined })) host.out(line);
  return 0;
}

function textOf(file: string, keepsEnding: boolean): string {
  const text = readFileSync(join(PROJECT, 'examples', `${file}${END}`), 'utf8');
  // What every way to resolve modules takes; `.ts` is wanted where the compiler is told so.
  return keepsEnding ? text : text.replaceAll(".scenario.ts'", ".scenario.js'");
}

function words(host: Host, { isModule, hasTypeScript }: { isModule: boolean; hasTypeScript: boolean }): string[] {
  const missing = NEEDED.filter((name) => !isInstalled(name, host.cwd));
  const eddy = calledAs(host.cwd);
  return [
    `Wrote ${FILES.join(' and ')}: a service with two instances, what must hold of it, and a variant that breaks it.`,
    ...(hasTypeScript && !isModule
      ? [
          'package.json says CommonJS, and Eddy is ES modules: vitest does not mind; for tsc set "type": "module", or "module": "preserve".',
        ]
      : []),
    '',
    'Next:',
    ...(missing.length > 0 ? [`  npm install --save-dev ${missing.join(' ')}`] : []),
    '  npx vitest run welcome',
    `  ${eddy} run welcome.scenario.ts --variant looks-first    see it fail, with the command that replays it`,
  ].map(visible);
}

/** @throws EddyError EDDY_USAGE */
function readsAsModule(manifest: string): boolean {
  try {
    return (JSON.parse(readFileSync(manifest, 'utf8')) as { type?: unknown }).type === 'module';
  } catch {
    throw usage(`${manifest} cannot be read as JSON; mend it and run eddy init again`);
  }
}

/** It may hold comments, so it is searched and not parsed. */
function takesTsEndings(config: string): boolean {
  const text = readFileSync(config, 'utf8');
  return /"(allowImportingTsExtensions|rewriteRelativeImportExtensions)"\s*:\s*true/.test(text);
}

function nearest(folder: string, name: string): string | undefined {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  return dirname(folder) === folder ? undefined : nearest(dirname(folder), name);
}

function isInstalled(name: string, folder: string): boolean {
  try {
    createRequire(join(folder, 'package.json')).resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}
