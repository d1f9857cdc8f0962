/** Numbers within limits. Steps (`integer`, `multipleOf`) are counted in integers: decimal steps would add up rounding errors. */
import fc from 'fast-check';
import { anyOf, meeting } from './meeting.ts';
import { refuse } from './refusal.ts';
import type { NumberRules, Plain } from './shape.ts';
import { isNumber } from './valid.ts';

/** The values are `count * unit / scale`, of counts from low to high. */
export interface Steps {
  readonly unit: number;
  readonly scale: number;
  readonly low: number;
  readonly high: number;
}

/** How far away from its limit a number is drawn where it has but one. */
const REACH = 2_147_483_647;

export function numbers(shape: Plain): fc.Arbitrary<number> {
  const { number: rules, pointer } = shape;
  const isStepped = rules.integer || rules.multiplesOf.length > 0;
  const steps = stepsOf(rules, pointer);
  const counted = steps.low > steps.high ? [] : [atSteps(steps)];
  const drawn = anyOf(isStepped ? counted : [...counted, fractions(rules)]);
  if (steps.scale === 1) return drawn;
  const exact = meeting(drawn, (value) => isNumber(rules, value));
  return (
    exact ??
    refuse(pointer, `no number was found that is a multiple of ${rules.multiplesOf.join(' and ')} without rounding.`)
  );
}

/** Whether there is a number within the limits. */
export function isPossible({ number: rules, pointer }: Plain): boolean {
  const { low, high } = stepsOf(rules, pointer);
  if (low <= high) return true;
  if (rules.integer || rules.multiplesOf.length > 0) return false;
  if (rules.minimumExcluded || rules.maximumExcluded) return rules.minimum < rules.maximum;
  return rules.minimum <= rules.maximum;
}

export function atSteps({ unit, scale, low, high }: Steps): fc.Arbitrary<number> {
  return fc.integer({ min: low, max: high }).map((count) => (count * unit) / scale + 0);
}

function fractions(rules: NumberRules): fc.Arbitrary<number> {
  return fc
    .double({
      ...(rules.minimum === -Infinity ? {} : { min: rules.minimum, minExcluded: rules.minimumExcluded }),
      ...(rules.maximum === Infinity ? {} : { max: rules.maximum, maxExcluded: rules.maximumExcluded }),
      noNaN: true,
      noDefaultInfinity: true,
    })
    .map((value) => value + 0);
}

export function stepsOf(rules: NumberRules, pointer: string): Steps {
  const steps = rules.integer ? [1, ...rules.multiplesOf] : rules.multiplesOf;
  const scale = scaleOf(steps, pointer);
  const unit = steps.map((step) => Math.round(step * scale)).reduce(commonMultiple, 1);
  // Rounding must not shut out a limit that is a multiple itself.
  const count = (limit: number): number => Number(((limit * scale) / unit).toPrecision(15));
  const lowest = Math.ceil(count(rules.minimum));
  const highest = Math.floor(count(rules.maximum));
  const first = rules.minimumExcluded && (lowest * unit) / scale <= rules.minimum ? lowest + 1 : lowest;
  const last = rules.maximumExcluded && (highest * unit) / scale >= rules.maximum ? highest - 1 : highest;
  const most = Math.floor(Number.MAX_SAFE_INTEGER / unit);
  const low = Math.max(-most, Number.isFinite(first) ? first : Math.min(-REACH, last - REACH));
  const high = Math.min(most, Number.isFinite(last) ? last : Math.max(REACH, low + REACH));
  return { unit, scale, low, high };
}

function scaleOf(steps: readonly number[], pointer: string): number {
  for (let scale = 1; scale <= 1e12; scale *= 10) {
    if (steps.every((step) => step > 0 && Number.isInteger(Number((step * scale).toPrecision(12))))) return scale;
  }
  return refuse(`${pointer}/multipleOf`, 'a step is a positive decimal number of at most twelve places.');
}

function commonMultiple(a: number, b: number): number {
  return (a / commonDivisor(a, b)) * b;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
