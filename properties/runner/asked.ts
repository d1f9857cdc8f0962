/** Whether what `run`, `check` and `assertHolds` are asked for can be done. */
import { EddyError } from '../../sim/errors.ts';
import { ordinal } from '../../sim/faults/words.ts';
import { type Names, slippedOption } from '../../sim/options.ts';
import { keyOfItem } from '../../sim/services/item-key.ts';
import type { ScenarioShape } from '../scenario.ts';
import type { CheckOptions } from './check.ts';
import type { RunInput } from './run.ts';

type Asked = Readonly<Record<string, unknown>>;

const OPTIONS: Names<CheckOptions> = { seed: true, runs: true, timeMs: true, variant: true, strict: true, saved: true };
const INPUT: Names<RunInput<unknown>> = {
  seed: true,
  variant: true,
  workload: true,
  faults: true,
  strict: true,
  keepHistory: true,
};

/**
 * @param more options that it takes beside those of `check`
 * @throws EddyError EDDY_USAGE with the first that cannot
 */
export function checkAsked(of: string, asked: object, more: object = {}): void {
  checkNamed(of, asked, { ...OPTIONS, ...more });
  checkValues(of, asked);
}

function checkNamed(of: string, asked: object, names: object): void {
  const says = slippedOption(of, asked, names);
  if (says !== undefined) throw new EddyError('EDDY_USAGE', says);
}

function checkValues(of: string, asked: object): void {
  const { seed, runs, timeMs, variant, saved } = asked as Asked;
  if (seed !== undefined && !Number.isSafeInteger(seed)) throw wrong(of, 'seed', seed, 'a whole number');
  if (runs !== undefined && !isPositive(runs)) throw wrong(of, 'runs', runs, 'a whole number from 1');
  if (timeMs !== undefined && !(typeof timeMs === 'number' && timeMs > 0))
    throw wrong(of, 'timeMs', timeMs, 'a number of milliseconds above 0');
  if (variant !== undefined && typeof variant !== 'string')
    throw wrong(of, 'variant', variant, 'the name of a variant');
  if (saved !== undefined && typeof saved !== 'string') throw wrong(of, 'saved', saved, 'the path of a file or folder');
}

/** @throws EddyError EDDY_USAGE */
export function checkInput(of: string, input: object): void {
  checkNamed(of, input, INPUT);
  checkValues(of, input);
  const { workload, faults, keepHistory } = input as Asked;
  if (keepHistory !== undefined && typeof keepHistory !== 'boolean')
    throw wrong(of, 'keepHistory', keepHistory, 'true or false');
  if (!Array.isArray(workload)) throw wrong(of, 'workload', workload, 'a list of items');
  if (faults === undefined) return;
  if (!Array.isArray(faults)) throw wrong(of, 'faults', faults, 'a list of fault sentences');
  for (const fault of faults as readonly unknown[]) {
    const sentence = typeof fault === 'object' && fault !== null ? (fault as Asked)['sentence'] : fault;
    if (typeof sentence !== 'string') throw wrong(of, 'faults', fault, 'a list of fault sentences');
  }
}

/** @throws EddyError EDDY_USAGE for two items of one key, EDDY_SCENARIO for one that has none */
export function checkKeys(of: string, items: readonly unknown[], { workload }: ScenarioShape): void {
  const found = alike(items.map((item) => keyOfItem(item, workload.key)));
  if (!found) return;
  const { key, says } = found;
  throw new EddyError('EDDY_USAGE', `${of}: the workload must not have ${says}`, { key });
}

/** `two items of one key, "a" (the 1st and the 3rd): a fault that names it could mean either`; nothing where no two have one. */
export function alike(keys: readonly string[]): { readonly key: string; readonly says: string } | undefined {
  const seen = new Map<string, number>();
  for (const [at, key] of keys.entries()) {
    const before = seen.get(key);
    seen.set(key, at);
    if (before === undefined) continue;
    const which = `the ${ordinal(before + 1)} and the ${ordinal(at + 1)}`;
    const says = `two items of one key, ${JSON.stringify(key)} (${which}): a fault that names it could mean either`;
    return { key, says };
  }
  return undefined;
}

function isPositive(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function wrong(of: string, option: string, given: unknown, wanted: string): EddyError {
  const shown = typeof given === 'string' ? JSON.stringify(given) : typeof given === 'number' ? given : typeof given;
  return new EddyError('EDDY_USAGE', `${of}: \`${option}\` must be ${wanted}, not ${shown}`, { option });
}
