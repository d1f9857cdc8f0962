/**
 * Arbitraries of what is valid for a shape. `levels` bounds how deep a value goes within a cycle of the schema: what needs
 * more is left out (an optional property, the items of an array, the member of a union).
 */
import fc from 'fast-check';
import { Heights } from './heights.ts';
import { sameJson } from './json.ts';
import { anyOf, meeting } from './meeting.ts';
import { numbers } from './numbers.ts';
import { records, type Change } from './records.ts';
import { refuse } from './refusal.ts';
import { isFree, type Part, type Plain, type TypeName, type Union } from './shape.ts';
import { strings, type OwnFormats } from './strings.ts';
import { isValid, isWithin, typeOf } from './valid.ts';

/** How many items an array within a cycle has above its least. */
const BRANCHES = 3;

export class Payloads {
  readonly heights: Heights;
  private readonly formats: OwnFormats;
  private readonly drawn = new Map<Part, Map<number, fc.Arbitrary<unknown>>>();

  constructor(root: Part, formats: OwnFormats) {
    this.heights = new Heights(root);
    this.formats = formats;
  }

  of(part: Part, levels: number): fc.Arbitrary<unknown> {
    const byLevels = this.drawn.get(part) ?? new Map<number, fc.Arbitrary<unknown>>();
    const arbitrary = byLevels.get(levels) ?? this.made(part, levels);
    this.drawn.set(part, byLevels.set(levels, arbitrary));
    return arbitrary;
  }

  /** Whether a child can be entered. */
  isWithin(parent: Part, child: Part, levels: number): boolean {
    return this.heights.of(child) + this.heights.cost(parent, child) <= levels;
  }

  inside(parent: Part, child: Part, levels: number): fc.Arbitrary<unknown> {
    return this.of(child, levels - this.heights.cost(parent, child));
  }

  private made(part: Part, levels: number): fc.Arbitrary<unknown> {
    const shape = part();
    if (shape.kind === 'never') return refuse(shape.pointer, `no value is valid here: ${shape.why}.`);
    if (shape.kind === 'union') return this.union(shape, levels);
    const values = shape.values?.filter((value) => shape.types.has(typeOf(value)) && isWithin(shape, value));
    if (values) return fc.constantFrom(...values);
    if (isFree(shape)) return fc.jsonValue({ maxDepth: 1 });
    const types = shape.drawn.filter((type) => this.heights.ofType(part, shape, type) <= levels);
    return anyOf(types.map((type) => this.ofType(part, shape, type, levels)));
  }

  private union(shape: Union, levels: number): fc.Arbitrary<unknown> {
    const members = shape.members
      .filter((member) => this.heights.of(member) <= levels)
      .toSorted((a, b) => this.heights.of(a) - this.heights.of(b));
    const drawn = anyOf(members.map((member) => this.of(member, levels)));
    if (!shape.exactlyOne || shape.members.length === 1) return drawn;
    const one = meeting(drawn, (value) => isValid(shape, value));
    return one ?? refuse(shape.pointer, 'each of 200 payloads drawn was valid for more than one member of oneOf.');
  }

  private ofType(part: Part, shape: Plain, type: TypeName, levels: number): fc.Arbitrary<unknown> {
    switch (type) {
      case 'null':
        return fc.constant(null);
      case 'boolean':
        return fc.boolean();
      case 'number':
        return numbers(shape);
      case 'string':
        return this.strings(shape);
      case 'array':
        return this.array(part, shape, levels);
      case 'object':
        return this.object(part, shape, levels);
    }
  }

  strings(shape: Plain): fc.Arbitrary<string> {
    return strings(shape, this.formats);
  }

  object(part: Part, shape: Plain, levels: number, change: Change = {}): fc.Arbitrary<Record<string, unknown>> {
    return records(this, part, shape, levels, change);
  }

  /** With `items`, of just as many. */
  array(part: Part, shape: Plain, levels: number, items?: number): fc.Arbitrary<unknown[]> {
    const { prefix, rest, unique } = shape.array;
    const [minItems, maxItems] = items === undefined ? [shape.array.minItems, shape.array.maxItems] : [items, items];
    const barred = prefix.findIndex((item) => !this.isWithin(part, item, levels));
    const first = prefix.slice(0, Math.min(maxItems, barred < 0 ? prefix.length : barred));
    const minLength = Math.max(0, minItems - first.length);
    // What may be anything after a tuple's own items is left out.
    const hasRest =
      barred < 0 && this.isWithin(part, rest, levels) && (minLength > 0 || prefix.length === 0 || !isFree(rest()));
    const most = maxItems - first.length;
    const maxLength = hasRest ? Math.min(most, this.heights.cost(part, rest) > 0 ? minLength + BRANCHES : most) : 0;
    const limits = { minLength, ...(maxLength === Infinity ? {} : { maxLength }) };
    if (!hasRest && minLength > 0) refuse(shape.pointer, `an array of ${minItems} items cannot be made of its items.`);
    const others = hasRest
      ? this.items(this.inside(part, rest, levels), limits, unique, shape.pointer)
      : fc.constant<unknown[]>([]);
    if (first.length === 0) return others;
    const whole = fc
      .tuple(fc.tuple(...first.map((item) => this.inside(part, item, levels))), others)
      .map(([start, end]) => [...start, ...end]);
    if (!unique) return whole;
    const limited = { ...shape, array: { ...shape.array, minItems, maxItems } };
    return (
      meeting(whole, (value) => isWithin(limited, value)) ??
      refuse(shape.pointer, 'no array of unique items was found.')
    );
  }

  private items(
    item: fc.Arbitrary<unknown>,
    limits: { minLength: number; maxLength?: number },
    unique: boolean,
    pointer: string,
  ): fc.Arbitrary<unknown[]> {
    if (!unique) return fc.array(item, limits);
    const different: unknown[] = [];
    for (const value of fc.sample(item, { numRuns: 200, seed: 1 })) {
      if (!different.some((other) => sameJson(other, value))) different.push(value);
    }
    if (different.length < limits.minLength) {
      refuse(
        pointer,
        `uniqueItems: of 200 items drawn only ${different.length} differ, and ${limits.minLength} are due.`,
      );
    }
    const maxLength = Math.min(limits.maxLength ?? Infinity, different.length);
    return fc.uniqueArray(item, { minLength: limits.minLength, maxLength, comparator: sameJson });
  }
}
