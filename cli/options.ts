/** Reads the options' texts; each that is wrong gets one sentence with what was expected. */
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { STRATEGIES, type Strategy } from './strategies.ts';
import { type FaultKind, MODELLED_KINDS } from '../properties/scenario.ts';
import { suggestion, usage } from './usage.ts';

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const RUNS_MAX = 100_000_000;
const TIME_MAX_MS = 7 * 24 * 3_600_000;
const SEED_END = 2 ** 31;

/** `undefined`: each scenario's own; `random` draws one. */
export function readSeed(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text === 'random') return randomInt(SEED_END);
  const seed = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(seed)) throw usage(`--seed ${text}: a seed is a whole number, or "random"`);
  return Object.is(seed, -0) ? 0 : seed;
}

export function readCount(option: string, text: string): number {
  return readWhole(option, text, 1, RUNS_MAX);
}

function readWhole(option: string, text: string, min: number, max: number): number {
  const number = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw usage(`${option} ${text}: give a whole number from ${min} to ${max}`);
}

const WORKERS_MAX = 256;

/** All cores but one, which is left to whoever started it; at least one. */
export function readWorkers(text: string | undefined, coresLeft = 1): number {
  if (text === undefined) return Math.max(1, availableParallelism() - coresLeft);
  return readWhole('--workers', text, 1, WORKERS_MAX);
}

/** As a count, and 0. */
export function readNumber(option: string, text: string): number {
  return readWhole(option, text, 0, RUNS_MAX);
}

/** Milliseconds. */
export function readTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, number, unit = ''] = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h)$/.exec(text) ?? [];
  const ms = number === undefined ? 0 : Math.round(Number(number) * (UNITS_MS[unit] ?? 0));
  if (ms < 1 || ms > TIME_MAX_MS)
    throw usage(`--time ${text}: give a number with its unit, up to a week, such as 500ms, 30s, 5m or 1h`);
  return ms;
}

export function readStrategy(text: string | undefined): Strategy | undefined {
  const found = STRATEGIES.find((strategy) => strategy === text);
  if (text !== undefined && found === undefined)
    throw usage(`--strategy ${text}: there is no such strategy${suggestion(text, STRATEGIES)}`);
  return found;
}

/** In the order of the modelled kinds, each once, so that the order typed changes nothing. */
export function readKinds(text: string | undefined): readonly FaultKind[] | undefined {
  if (text === undefined) return undefined;
  const typed = text.split(',').map((kind) => kind.trim());
  for (const kind of typed) {
    if (!MODELLED_KINDS.some((known) => known === kind))
      throw usage(`--faults ${text}: "${kind}" is no kind of fault${suggestion(kind, MODELLED_KINDS)}`);
  }
  return MODELLED_KINDS.filter((kind) => typed.includes(kind));
}
