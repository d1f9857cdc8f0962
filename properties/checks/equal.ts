/**
 * Whether two pieces of data say the same. The order of fields does not count, nor does a field that is undefined, nor
 * the class of an object: what went through a store has lost it.
 */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const kind = kindOf(a);
  if (kind !== kindOf(b)) return false;
  if (kind === 'date') return (a as Date).getTime() === (b as Date).getTime();
  if (kind !== 'fields') {
    const [mine, others] = [[...(a as Iterable<unknown>)], [...(b as Iterable<unknown>)]];
    return mine.length === others.length && mine.every((part, n) => equal(part, others[n]));
  }
  const [mine, others] = [fieldsOf(a), fieldsOf(b)];
  return (
    mine.size === others.size && [...mine].every(([name, part]) => others.has(name) && equal(part, others.get(name)))
  );
}

function kindOf(value: object): 'array' | 'map' | 'set' | 'date' | 'fields' {
  if (Array.isArray(value)) return 'array';
  if (value instanceof Map) return 'map';
  if (value instanceof Set) return 'set';
  return value instanceof Date ? 'date' : 'fields';
}

function fieldsOf(value: object): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(value).filter(([, part]) => part !== undefined));
}

/** The row without these columns. */
export function without(row: unknown, ignored: ReadonlySet<string>): unknown {
  if (ignored.size === 0 || typeof row !== 'object' || row === null) return row;
  return Object.fromEntries(Object.entries(row).filter(([column]) => !ignored.has(column)));
}

/** For a sentence; with what JSON cannot say. */
export function inWords(value: unknown): string {
  try {
    const text = JSON.stringify(value, (_, part: unknown) =>
      typeof part === 'bigint' ? `${part}n` : part instanceof Map || part instanceof Set ? [...part] : part,
    );
    return text ?? String(value);
  } catch {
    return 'something that JSON cannot say';
  }
}
