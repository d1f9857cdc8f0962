/** Finds scenarios: the built-in ones by name, a user's by path or by name, a folder's by how its files end. */
import { basename, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ScenarioShape } from '../properties/scenario.ts';
import { BUILT_IN_END, filesBelow, SCENARIO_END, statOf } from './files.ts';
import type { Host } from './host.ts';
import { loadFile } from './load.ts';
import { inProject, PROJECT } from '../reports/project.ts';
import { suggestion, usage } from './usage.ts';

export interface Found {
  readonly scenario: ScenarioShape;
  /** URL of the file. */
  readonly source: string;
  /** The file's path as the user knows it. */
  readonly path: string;
  /** A later command finds it by its name alone. */
  readonly known: boolean;
}

const LOOKS_LIKE_PATH = /^\.\.?$|[\\/]|\.[cm]?[jt]sx?$/;
/** No file system takes a longer path. */
const ARGUMENT_MAX = 4096;

/** What the arguments mean; none means all of the folder at hand. */
export async function findScenarios(args: readonly string[], host: Host): Promise<readonly Found[]> {
  const found: Found[] = [];
  if (args.length === 0) found.push(...(await allHere(host)));
  for (const arg of args) found.push(...(await findOne(arg, host)));
  return distinct(found);
}

/** The built-in ones, and those of the folder at hand. */
export async function everyScenario(host: Host): Promise<readonly Found[]> {
  const here = inProject(host.cwd) ? [] : await loadAll(filesBelow(host.cwd), host);
  return distinct([...(await builtIn(host)), ...here]);
}

async function allHere(host: Host): Promise<readonly Found[]> {
  if (inProject(host.cwd) || isStart(host)) return builtIn(host);
  const files = filesBelow(host.cwd);
  if (files.length === 0)
    throw usage(
      `${host.cwd} holds no **/*${SCENARIO_END}; name a scenario, or a file (eddy list shows those built in)`,
    );
  return loadAll(files, host);
}

/** `npm start` of this project means its own scenarios wherever it was typed. */
function isStart({ env }: Host): boolean {
  return env['npm_lifecycle_event'] === 'start' && env['npm_package_json'] === join(PROJECT, 'package.json');
}

async function findOne(arg: string, host: Host): Promise<readonly Found[]> {
  if (arg.length > ARGUMENT_MAX) throw usage('A scenario argument is too long; give a name, or the path of a file');
  if (arg === '') throw usage('A scenario argument is empty; give a name, or the path of a file');
  if (LOOKS_LIKE_PATH.test(arg)) return byPath(arg, host);
  const files = builtInFiles();
  const namesake = files.filter((file) => basename(file) === `${arg}${BUILT_IN_END}`);
  for (const some of [namesake, files, inProject(host.cwd) ? [] : filesBelow(host.cwd)]) {
    const named = (await loadAll(some, host)).filter(({ scenario }) => scenario.name === arg);
    if (named.length > 0) return named;
  }
  const known = (await everyScenario(host)).map(({ scenario }) => scenario.name);
  throw usage(`There is no scenario "${arg}"${suggestion(arg, known)}`);
}

async function byPath(arg: string, host: Host): Promise<readonly Found[]> {
  const path = resolve(host.cwd, arg);
  if (!statOf(path)?.isDirectory()) return load(path, arg, host);
  const files = filesBelow(path);
  if (files.length === 0) throw usage(`${arg} is a folder without **/*${SCENARIO_END}; give the path of a file`);
  return loadAll(files, host);
}

function builtInFiles(): readonly string[] {
  return filesBelow(join(PROJECT, 'scenarios'), BUILT_IN_END);
}

function builtIn(host: Host): Promise<readonly Found[]> {
  return loadAll(builtInFiles(), host);
}

async function loadAll(files: readonly string[], host: Host): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const file of files) found.push(...(await load(file, relative(host.cwd, file), host)));
  return found;
}

async function load(file: string, shown: string, host: Host): Promise<readonly Found[]> {
  const scenarios = await loadFile(file, shown, host);
  const below = !relative(host.cwd, file).startsWith('..') && file.endsWith(SCENARIO_END);
  const known = file.startsWith(join(PROJECT, 'scenarios')) || (below && !inProject(host.cwd));
  return scenarios.map((scenario) => ({ scenario, source: pathToFileURL(file).href, path: shown, known }));
}

/** Each once; two that have one name could not be told apart afterwards. */
function distinct(found: readonly Found[]): readonly Found[] {
  const byName = new Map<string, Found>();
  for (const one of found) {
    const other = byName.get(one.scenario.name);
    if (other && other.scenario !== one.scenario)
      throw usage(`${other.path} and ${one.path} both hold a scenario "${one.scenario.name}"; rename one of them`);
    byName.set(one.scenario.name, other ?? one);
  }
  return [...byName.values()];
}
