/**
 * Inside a run, who names no locale (`toLocaleString()`, `localeCompare(other)`, `new Intl.NumberFormat()`) is answered in
 * en-US, whatever the machine speaks: text that is sorted or stored by the machine's language makes another run elsewhere.
 *
 * Not caught: a formatter that a module made when it was loaded, and `navigator.language`.
 */
import { currentContext } from '../context.ts';
import type { Patch } from './install.ts';

const LOCALE = 'en-US';

/** Methods by how many arguments stand before the locales. */
const METHODS: readonly (readonly [on: object, before: number, names: readonly string[]])[] = [
  [Date.prototype, 0, ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']],
  [Number.prototype, 0, ['toLocaleString']],
  [BigInt.prototype, 0, ['toLocaleString']],
  [String.prototype, 0, ['toLocaleLowerCase', 'toLocaleUpperCase']],
  [String.prototype, 1, ['localeCompare']],
];

export function localePatches(): Patch[] {
  const methods = METHODS.flatMap(([on, before, names]) =>
    names.map(
      (name): Patch => ({ on, name, value: localized((on as Record<string, Callee>)[name] as Callee, before) }),
    ),
  );
  const formatters = Object.getOwnPropertyNames(Intl).flatMap((name): Patch[] => {
    const value = (Intl as unknown as Record<string, unknown>)[name];
    // `Locale` asks for one; the others are functions that take none, and are written in small letters.
    return typeof value === 'function' && /^[A-Z]/.test(name) && name !== 'Locale'
      ? [{ on: Intl, name, value: localized(value as Callee, 0) }]
      : [];
  });
  return [...methods, ...formatters];
}

type Callee = (...args: unknown[]) => unknown;

/** The same function, called or constructed. */
function localized<F extends Callee>(real: F, before: number): F {
  return new Proxy(real, {
    apply: (of, self, args) => Reflect.apply(of, self, named(args, before)),
    construct: (of, args, as) => Reflect.construct(of, named(args, before), as) as object,
  });
}

function named(args: readonly unknown[], at: number): readonly unknown[] {
  if (args[at] !== undefined || !currentContext()) return args;
  const all = [...args];
  all[at] = LOCALE;
  return all;
}
