import fc from 'fast-check';
import { FORMATS } from '../formats.ts';
import { meeting } from '../meeting.ts';
import { nameOf, type Miss, type Spot } from '../misses.ts';

export function inString({ payloads, shape, path }: Spot): Miss[] {
  const name = nameOf(path);
  const { minLength, maxLength, patterns, format } = shape.string;
  const valid = payloads.strings(shape);
  const found: Miss[] = [];
  if (minLength > 0) {
    const arbitrary = valid.map((text) => [...text].slice(0, minLength - 1).join(''));
    found.push({ wrong: `${name} is shorter than ${minLength}.`, arbitrary });
  }
  if (maxLength < Infinity) {
    const arbitrary = valid.map((text) => text + 'x'.repeat(maxLength + 1 - [...text].length));
    found.push({ wrong: `${name} is longer than ${maxLength}.`, arbitrary });
  }
  const known = FORMATS.get(format ?? '');
  const fits = (text: string): boolean => [...text].length >= minLength && [...text].length <= maxLength;
  for (const pattern of patterns) {
    const others = fc.oneof(
      valid.map((text) => `${text}!`),
      fc.string(),
      ...(known ? [fc.constantFrom(...known.broken)] : []),
    );
    const arbitrary = meeting(others, (text) => !pattern.test(text) && fits(text));
    if (arbitrary) found.push({ wrong: `${name} does not match ${String(pattern)}.`, arbitrary });
  }
  if (known && patterns.length === 0) {
    const arbitrary = meeting(fc.constantFrom(...known.broken), fits);
    if (arbitrary) found.push({ wrong: `${name} is no ${format}.`, arbitrary });
  }
  return found;
}
