/** Where a test stands, and how what it found is replayed from the folder that vitest was called in. */
import { relative, resolve, sep } from 'node:path';
import { expect, TestRunner } from 'vitest';
import type { ScenarioShape } from '../../properties/scenario.ts';
import type { FailureResult } from '../../properties/runner/result.ts';
import { inProject } from '../../reports/project.ts';
import { shellWord } from '../../reports/replay.ts';

export interface Place {
  /** The project's root, as vitest means it. */
  readonly root: string;
  /** The folder at hand: what is printed is relative to it. */
  readonly cwd: string;
  /** The test file. */
  readonly spec: string;
}

/** To be asked while vitest collects, or from a test. */
export function here(): Place {
  const cwd = process.cwd();
  const spec = expect.getState().testPath ?? cwd;
  // Of a file vitest tells its path, and its name: the path from the root.
  const name = TestRunner.getCurrentSuite<object>().file?.name;
  const root = name !== undefined && spec.endsWith(name) ? resolve(spec.slice(0, -name.length)) : cwd;
  return { root, cwd, spec };
}

/** The folder that a scenario's reports and failures go to, from the folder at hand. */
export function shownFrom({ cwd }: Place, path: string): string {
  const shown = relative(cwd, path);
  return shown === '' ? '.' : shown;
}

/** The failure with what its replay needs beside its own file. */
export function withSource(failure: FailureResult, shape: ScenarioShape, place: Place, title: string): FailureResult {
  const { madeIn } = shape;
  if (madeIn === undefined) return failure;
  if (madeIn === place.spec) return { ...failure, inTest: { file: shownFrom(place, madeIn), title } };
  const shown = shownFrom(place, madeIn);
  const below = !shown.startsWith('..') && !shown.split(sep).some((part) => part === 'node_modules');
  const found = below && shown.endsWith('.scenario.ts') && !inProject(place.cwd);
  return found ? failure : { ...failure, scenarioFile: shown };
}

/** The command that makes the same campaign, without the program's name. */
export function campaignTyped(
  shape: ScenarioShape,
  place: Place,
  o: { seed: number; runs: number; variant?: string },
): string {
  const what = shape.madeIn === undefined ? shape.name : shownFrom(place, shape.madeIn);
  const variant = o.variant === undefined ? '' : ` --variant ${shellWord(o.variant)}`;
  return `run ${shellWord(what)} --seed ${o.seed} --runs ${o.runs}${variant}`;
}
