/** Says in a sentence where a value differs from the shape that it should have. Shapes are data. */

/** A name that ends in `?` may be missing; `*` stands for every name; a Set lists the values that are allowed. */
export type Shape =
  | 'string'
  | 'number'
  | 'boolean'
  | 'anything'
  | ReadonlySet<unknown>
  | { readonly each: Shape }
  | { readonly fields: Readonly<Record<string, Shape>> }
  | { readonly orNull: Shape };

/** The first difference, such as `scenarios[0].runs must be a number`; undefined when there is none. */
export function differenceFrom(shape: Shape, value: unknown, at: string): string | undefined {
  if (typeof shape === 'string') return differenceOfLeaf(shape, value, at);
  if (shape instanceof Set)
    return shape.has(value) ? undefined : `${at} must be ${[...shape].map((one) => JSON.stringify(one)).join(' or ')}`;
  if ('each' in shape) return Array.isArray(value) ? inItems(shape.each, value, at) : `${at} must be a list`;
  if ('orNull' in shape) return value === null ? undefined : differenceFrom(shape.orNull, value, at);
  if ('fields' in shape) return inFields(shape.fields, value, at);
  return undefined;
}

function differenceOfLeaf(type: string, value: unknown, at: string): string | undefined {
  if (type === 'anything') return isDeep(value) ? `${at} must be nested less than ${DEPTH_MAX} levels deep` : undefined;
  const fits = type === 'number' ? Number.isFinite(value) : typeof value === type;
  return fits ? undefined : `${at} must be a ${type === 'string' ? 'text' : type}`;
}

/** Deeper than this, writing it again would exhaust the stack. */
const DEPTH_MAX = 500;

function isDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH_MAX) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}

function inItems(shape: Shape, items: readonly unknown[], at: string): string | undefined {
  for (const [n, item] of items.entries()) {
    const difference = differenceFrom(shape, item, `${at}[${n}]`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function inFields(fields: Readonly<Record<string, Shape>>, value: unknown, at: string): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${at} must be an object`;
  const of = value as Readonly<Record<string, unknown>>;
  for (const [name, shape] of Object.entries(fields)) {
    const optional = name.endsWith('?');
    const own = optional ? name.slice(0, -1) : name;
    const path = at === '' ? own : `${at}.${own}`;
    const found = Object.hasOwn(of, own) ? of[own] : undefined;
    const difference =
      name === '*'
        ? inItems(shape, Object.values(of), at)
        : found === undefined && optional
          ? undefined
          : differenceFrom(shape, found, path);
    if (difference !== undefined) return difference;
  }
  return undefined;
}
