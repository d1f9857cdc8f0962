import fc from 'fast-check';
import { meeting } from '../meeting.ts';
import { nameOf, type Miss, type Spot } from '../misses.ts';
import { numbers, stepsOf } from '../numbers.ts';
import { isNumber } from '../valid.ts';

/** How far beyond a limit: shrinks to the least. */
const BEYOND = fc.integer({ min: 1, max: 1000 });

export function inNumber({ shape, path }: Spot): Miss[] {
  const name = nameOf(path);
  const { number: rules } = shape;
  const { unit, scale, low, high } = stepsOf(rules, shape.pointer);
  const found: Miss[] = [];
  const isWrong = (value: number): boolean => !isNumber(rules, value);
  if (Number.isFinite(rules.minimum)) {
    const wrong = `${name} is ${rules.minimumExcluded ? 'not above' : 'below'} ${rules.minimum}.`;
    const arbitrary = meeting(
      BEYOND.map((count) => ((low - count) * unit) / scale),
      isWrong,
    );
    if (arbitrary) found.push({ wrong, arbitrary });
  }
  if (Number.isFinite(rules.maximum)) {
    const wrong = `${name} is ${rules.maximumExcluded ? 'not below' : 'above'} ${rules.maximum}.`;
    const arbitrary = meeting(
      BEYOND.map((count) => ((high + count) * unit) / scale),
      isWrong,
    );
    if (arbitrary) found.push({ wrong, arbitrary });
  }
  if (rules.multiplesOf.length > 0) {
    const wrong = `${name} is no multiple of ${rules.multiplesOf.join(' and ')}.`;
    found.push({ wrong, arbitrary: numbers(shape).map((value) => value + unit / scale / 2) });
  } else if (rules.integer) {
    found.push({ wrong: `${name} is not an integer.`, arbitrary: numbers(shape).map((value) => value + 0.5) });
  }
  return found;
}
