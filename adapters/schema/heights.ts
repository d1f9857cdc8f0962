/**
 * How many levels a valid value of a shape must at least have within a cycle of the schema: 0 where it need not enter one,
 * Infinity where no finite value is valid. What is drawn is bounded by this.
 */
import { isPossible } from './numbers.ts';
import { isValid, isWithin, typeOf } from './valid.ts';
import type { Part, Plain, Shape, TypeName } from './shape.ts';

export class Heights {
  private readonly heights = new Map<Part, number>();
  private readonly cyclic: ReadonlySet<Part>;

  constructor(root: Part) {
    const all = reached([root]);
    this.cyclic = new Set([...all].filter((part) => reached(childrenOf(part())).has(part)));
    for (const part of all) this.heights.set(part, Infinity);
    let changed = true;
    while (changed) {
      changed = false;
      for (const part of all) {
        const height = this.ofShape(part);
        if (height === this.heights.get(part)) continue;
        this.heights.set(part, height);
        changed = true;
      }
    }
  }

  of(part: Part): number {
    return this.heights.get(part) ?? Infinity;
  }

  /** The levels gone down by entering a child: 1 within a cycle, else 0. */
  cost(parent: Part, child: Part): number {
    return this.cyclic.has(parent) && this.cyclic.has(child) && parent().kind !== 'union' ? 1 : 0;
  }

  /** Of a height that is Infinity. */
  why(part: Part, above: ReadonlySet<Part> = new Set()): string {
    const shape = part();
    if (above.has(part)) return `${shape.pointer} leads back to itself without an end`;
    if (shape.kind === 'never') return `at ${shape.pointer} ${shape.why}`;
    const needed = shape.kind === 'union' ? shape.members : this.needed(shape);
    const child = needed.find((one) => this.of(one) === Infinity);
    if (child) return this.why(child, new Set([...above, part]));
    return `what stands at ${shape.pointer} contradicts itself`;
  }

  private needed({ array, object, drawn }: Plain): readonly Part[] {
    const items = Array.from(
      { length: Math.min(array.minItems, array.prefix.length + 1) },
      (_, at) => array.prefix[at],
    );
    return [
      ...(drawn.includes('array') ? items.map((item) => item ?? array.rest) : []),
      ...(drawn.includes('object') ? [...object.required].map((name) => object.properties.get(name) as Part) : []),
    ];
  }

  private ofShape(part: Part): number {
    const shape = part();
    if (shape.kind === 'never') return Infinity;
    if (shape.kind === 'union') return Math.min(...shape.members.map((member) => this.of(member)));
    if (shape.values)
      return shape.values.some((value) => shape.types.has(typeOf(value)) && isWithin(shape, value)) ? 0 : Infinity;
    return Math.min(...shape.drawn.map((type) => this.ofType(part, shape, type)));
  }

  /** Of the values of one type. */
  ofType(part: Part, shape: Plain, type: TypeName): number {
    const through = (child: Part): number => this.of(child) + this.cost(part, child);
    switch (type) {
      case 'array': {
        const { prefix, rest, minItems, maxItems } = shape.array;
        if (minItems > maxItems) return Infinity;
        const needed = Array.from({ length: Math.min(minItems, prefix.length + 1) }, (_, at) => prefix[at] ?? rest);
        return Math.max(0, ...needed.map(through));
      }
      case 'object': {
        const { required, properties, names, minProperties, maxProperties } = shape.object;
        if ([...required].some((name) => !isValid(names(), name))) return Infinity;
        if (minProperties > maxProperties || required.size > maxProperties) return Infinity;
        return Math.max(0, ...[...required].map((name) => through(properties.get(name) as Part)));
      }
      case 'string':
        return shape.string.minLength > shape.string.maxLength ? Infinity : 0;
      case 'number':
        return isPossible(shape) ? 0 : Infinity;
      default:
        return 0;
    }
  }
}

function childrenOf(shape: Shape): readonly Part[] {
  if (shape.kind === 'never') return [];
  if (shape.kind === 'union') return shape.members;
  const { array, object } = shape;
  return [...array.prefix, array.rest, ...object.properties.values(), object.additional, object.names];
}

function reached(from: readonly Part[]): Set<Part> {
  const found = new Set<Part>();
  const left = [...from];
  for (let part = left.pop(); part; part = left.pop()) {
    if (found.has(part)) continue;
    found.add(part);
    left.push(...childrenOf(part()));
  }
  return found;
}
