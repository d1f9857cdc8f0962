/** Sequences of statements of clients whose transactions interleave: a function of a seed. */
import { combine, KeyedRandom } from '../../sim/kernel/random.ts';
import type { Isolation } from '../../sim/stores/tables/transaction.ts';

/** The one table: `id` is the key, `email` unique, `n` neither. */
export interface Item {
  readonly id: string;
  readonly email: string | null;
  readonly n: number;
}

export type Statement =
  | { readonly do: 'insert' | 'insertIfAbsent' | 'put'; readonly row: Item }
  | { readonly do: 'get' | 'delete'; readonly id: string }
  | { readonly do: 'scan'; readonly least: number; readonly limit?: number; readonly lock?: 'wait' | 'skip locked' }
  | { readonly do: 'next' | 'commit' | 'rollback' };

export interface Step {
  readonly client: number;
  readonly statement: Statement;
}

export interface Sequence {
  readonly seed: number;
  /** Each client's isolation level. */
  readonly levels: readonly Isolation[];
  readonly steps: readonly Step[];
}

export const CLIENTS = 3;
export const SEEDED: readonly Item[] = [
  { id: 'a', email: 'x', n: 1 },
  { id: 'b', email: null, n: 2 },
  { id: 'c', email: 'y', n: 3 },
];
const LEVELS: readonly Isolation[] = ['read committed', 'repeatable read', 'serializable'];
const STEPS = 22;

/** Draws one after the other from a seed. */
class Draws {
  readonly #random: KeyedRandom;
  #n = 0;

  constructor(seed: number) {
    this.#random = new KeyedRandom(seed);
  }

  of<T>(choices: readonly T[]): T {
    return choices[this.#random.uint32(combine(1, this.#n++)) % choices.length] as T;
  }
}

const KINDS = [
  ...(['insert', 'insertIfAbsent', 'put', 'put', 'get', 'get', 'delete', 'scan', 'scan', 'lock', 'lock'] as const),
  ...(['next', 'commit', 'commit', 'commit', 'rollback'] as const),
];

function statement(draws: Draws): Statement {
  const kind = draws.of(KINDS);
  const id = draws.of(['a', 'b', 'c', 'd', 'e']);
  const n = draws.of([0, 1, 2, 3, 4]);
  switch (kind) {
    case 'insert':
    case 'insertIfAbsent':
    case 'put':
      return { do: kind, row: { id, email: draws.of(['x', 'y', 'z', null, null]), n } };
    case 'get':
    case 'delete':
      return { do: kind, id };
    case 'scan':
      return { do: 'scan', least: n };
    case 'lock': {
      const limit = draws.of([undefined, 1, 2]);
      return { do: 'scan', least: n, lock: draws.of(['wait', 'skip locked']), ...(limit !== undefined && { limit }) };
    }
    default:
      return { do: kind };
  }
}

export function sequenceOf(seed: number): Sequence {
  const draws = new Draws(seed);
  const shared = draws.of([...LEVELS, undefined]);
  const levels = Array.from({ length: CLIENTS }, () => shared ?? draws.of(LEVELS));
  const clients = Array.from({ length: CLIENTS }, (_, client) => client);
  const steps = Array.from({ length: STEPS }, () => ({ client: draws.of(clients), statement: statement(draws) }));
  // Everybody ends; who waits by then ends once nobody is left to wait for.
  const ends = clients.flatMap(() => clients.map((client) => ({ client, statement: { do: 'commit' } as const })));
  return { seed, levels, steps: [...steps, ...ends] };
}
