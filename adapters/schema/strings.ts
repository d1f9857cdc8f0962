import fc from 'fast-check';
import { FORMATS } from './formats.ts';
import { countMeeting, meeting } from './meeting.ts';
import { refuse } from './refusal.ts';
import type { Plain, StringRules } from './shape.ts';
import { isString } from './valid.ts';

export type OwnFormats = Readonly<Record<string, fc.Arbitrary<string>>>;

/** Mostly ASCII; of the rest only what is one character for every way of counting (code points, UTF-16 units). */
const CHARACTER = fc.oneof(
  { withCrossShrink: true },
  { weight: 9, arbitrary: fc.string({ minLength: 1, maxLength: 1 }) },
  { weight: 1, arbitrary: fc.constantFrom('é', 'ß', 'Ω', '中', 'ا', '\n') },
);

export function plainStrings(rules: Pick<StringRules, 'minLength' | 'maxLength'>): fc.Arbitrary<string> {
  const { minLength, maxLength } = rules;
  return fc.string({ unit: CHARACTER, minLength, ...(maxLength === Infinity ? {} : { maxLength }) });
}

export function strings({ string: rules, pointer }: Plain, own: OwnFormats): fc.Arbitrary<string> {
  const format = rules.format === undefined ? undefined : (own[rules.format] ?? FORMATS.get(rules.format)?.arbitrary);
  if (format) {
    // zod writes its own pattern beside a format, which may be narrower: then the pattern alone is drawn from.
    const both = meeting(format, (text) => isString(rules, text));
    if (both) return both;
    if (rules.patterns.length === 0) {
      refuse(pointer, `no "${rules.format}" has a length from ${rules.minLength} to ${rules.maxLength}.`);
    }
  }
  return rules.patterns.length === 0 ? plainStrings(rules) : matching(rules, pointer);
}

function matching(rules: StringRules, pointer: string): fc.Arbitrary<string> {
  const [pattern, ...others] = rules.patterns as [RegExp, ...RegExp[]];
  const isBound = others.length > 0 || rules.minLength > 0 || rules.maxLength < Infinity;
  const fits = (text: string): boolean => isString(rules, text);
  const sizes = (['small', 'medium', 'large'] as const).map((size) => drawn(pattern, size, pointer));
  if (!isBound) return sizes[0] as fc.Arbitrary<string>;
  const ranked = sizes.map((arbitrary) => ({ arbitrary, count: countMeeting(arbitrary, fits) }));
  const best = ranked.find(({ count }) => count > 20) ?? ranked.toSorted((a, b) => b.count - a.count)[0];
  if (best && best.count > 0) return best.arbitrary.filter(fits);
  return refuse(
    `${pointer}/pattern`,
    `of 200 texts that match ${String(pattern)} none meets the other limits that stand here.`,
  );
}

function drawn(pattern: RegExp, size: 'small' | 'medium' | 'large', pointer: string): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(pattern, { size });
  } catch (error) {
    return refuse(
      `${pointer}/pattern`,
      `fast-check cannot draw what matches ${String(pattern)}: ${(error as Error).message}`,
    );
  }
}
