/** Objects: the properties that a schema names, and others where it says of what kind they are. */
import fc from 'fast-check';
import { countMeeting, meeting } from './meeting.ts';
import type { Payloads } from './payloads.ts';
import { refuse } from './refusal.ts';
import { isFree, type ObjectRules, type Part, type Plain } from './shape.ts';
import { isValid } from './valid.ts';

/** One thing that is otherwise than the schema says: a property left out, or drawn from elsewhere. */
export interface Change {
  readonly without?: string;
  readonly instead?: readonly [name: string, arbitrary: fc.Arbitrary<unknown>];
}

/** How many properties that no schema names an object has above its least. */
const EXTRAS = 4;

export function records(
  payloads: Payloads,
  part: Part,
  shape: Plain,
  levels: number,
  { without, instead }: Change,
): fc.Arbitrary<Record<string, unknown>> {
  const rules = shape.object;
  const model = new Map<string, fc.Arbitrary<unknown>>();
  for (const [name, child] of rules.properties) {
    if (name === without || !isValid(rules.names(), name)) continue;
    if (payloads.isWithin(part, child, levels)) model.set(name, payloads.inside(part, child, levels));
  }
  if (instead) model.set(...instead);
  const requiredKeys = [...model.keys()].filter((name) => rules.required.has(name) || name === instead?.[0]);
  const named = fc.record(Object.fromEntries(model), { requiredKeys, noNullPrototype: true });
  const more = extras(payloads, part, shape, levels, model.size);
  const whole = more ? fc.tuple(more, named).map(([others, own]) => ({ ...others, ...own })) : named;
  if (without !== undefined || (rules.minProperties === 0 && rules.maxProperties === Infinity)) return whole;
  const counted = meeting(whole, (value) => {
    const count = Object.keys(value).length;
    return count >= rules.minProperties && count <= rules.maxProperties;
  });
  return (
    counted ??
    refuse(shape.pointer, 'no object was found with as many properties as minProperties and maxProperties ask for.')
  );
}

function extras(
  payloads: Payloads,
  part: Part,
  { object: rules, pointer }: Plain,
  levels: number,
  named: number,
): fc.Arbitrary<Record<string, unknown>> | undefined {
  const least = Math.max(0, rules.minProperties - named);
  const isWanted = least > 0 || rules.properties.size === 0 || !isFree(rules.additional());
  if (!isWanted || !payloads.isWithin(part, rules.additional, levels)) return undefined;
  const names = isFree(rules.names()) ? fc.string({ maxLength: 8 }) : payloads.of(rules.names, levels);
  const mayBe = (name: unknown): name is string => isOther(rules, name);
  if (countMeeting(names, mayBe) === 0) return undefined;
  const different = new Set(fc.sample(names.filter(mayBe), { numRuns: 200, seed: 1 })).size;
  if (different < least)
    refuse(pointer, `of 200 names drawn only ${different} differ, and ${least} more properties are due.`);
  const most = Math.max(least, Math.min(least + EXTRAS, rules.maxProperties - rules.required.size, different));
  return fc.dictionary(names.filter(mayBe), payloads.inside(part, rules.additional, levels), {
    minKeys: least,
    maxKeys: most,
    noNullPrototype: true,
  });
}

/** `__proto__` is left out: half of the libraries that read JSON drop it. */
export function isOther(rules: ObjectRules, name: unknown): name is string {
  return typeof name === 'string' && name !== '__proto__' && !rules.properties.has(name);
}
