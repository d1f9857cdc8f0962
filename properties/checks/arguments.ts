/**
 * What the makers of properties are handed. Who writes TypeScript is told by the compiler; everybody else is told here, in the
 * file and at the moment of the mistake: a selector without its key would pick nothing in a run, or never be an end.
 */
import { EddyError } from '../../sim/errors.ts';

type Kind = 'selector' | 'keyed' | 'selectors' | 'keyed ones' | 'function' | 'table' | 'number';
/** With a question mark it may be left out. */
type Wanted = Kind | `${Kind}?`;

const BY = 'such as mq.published("orders").by((message) => message.id)';
const SAYS: Readonly<Record<Kind, string>> = {
  selector: 'a selector, such as mq.published("orders")',
  keyed: `a selector with a key, ${BY}`,
  selectors: 'a list of selectors',
  'keyed ones': `a list of selectors with keys, ${BY}`,
  function: 'a function',
  number: 'a number',
  table: 'a table, such as db.table.orders',
};

/** Of what each is a list. */
const LISTS: Readonly<Partial<Record<Kind, Kind>>> = { selectors: 'selector', 'keyed ones': 'keyed' };

/**
 * @param maker the function that makes the property
 * @param given by the names of its parameters
 * @throws EddyError EDDY_CONFIG for the first that is none of what is wanted
 */
export function checkArguments(
  maker: string,
  given: Readonly<Record<string, readonly [given: unknown, Wanted]>>,
): void {
  for (const [name, [value, wanted]] of Object.entries(given)) {
    if (value === undefined && wanted.endsWith('?')) continue;
    const kind = wanted.replace('?', '') as Kind;
    const wrong = firstWrong(value, kind);
    if (!wrong) continue;
    throw new EddyError('EDDY_CONFIG', `${maker} wants \`${name}\` to be ${SAYS[kind]}${hint(wrong.value, kind)}`);
  }
}

/** Of a list the first that is wrong, or the list itself where it is none. */
function firstWrong(value: unknown, kind: Kind): { readonly value: unknown } | undefined {
  const one = LISTS[kind];
  if (!one) return isOf(value, kind) ? undefined : { value };
  if (!Array.isArray(value)) return { value };
  const at = value.findIndex((each) => !isOf(each, one));
  return at < 0 ? undefined : { value: value[at] };
}

function isOf(value: unknown, kind: Kind): boolean {
  if (kind === 'function') return typeof value === 'function';
  if (kind === 'number') return typeof value === 'number';
  if (kind === 'table') return isOf(fieldOf(value, 'inserted'), 'selector');
  const isSelector = typeof fieldOf(value, 'by') === 'function' && typeof fieldOf(value, 'says') === 'string';
  return isSelector && (kind === 'selector' || typeof fieldOf(value, 'keyOf') === 'function');
}

function hint(value: unknown, kind: Kind): string {
  if (isOf(value, 'table')) return '; of a table choose .inserted, .updated or .deleted';
  const one = LISTS[kind];
  if (one && isOf(value, one)) return '; put it into a list';
  if (kind.startsWith('keyed') && isOf(value, 'selector'))
    return `; ${String(fieldOf(value, 'says'))} has none: add .by(...)`;
  return '';
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
