/** The extensions that migrations ask for: an engine has to bring them along. */
import { statementsIn } from '../../protocols/postgres/words.ts';
import type { Migration } from './store.ts';

const OPTIONAL = new Set(['if', 'not', 'exists']);

/** By name, each once. */
export function extensionsIn(migrations: readonly Migration[]): readonly string[] {
  const named = migrations
    .flatMap(({ sql }) => statementsIn(sql))
    .flatMap(({ words: [first, second, ...rest] }) => {
      if (first?.text !== 'create' || second?.text !== 'extension') return [];
      return rest.find(({ text, kind }) => kind === 'name' || !OPTIONAL.has(text))?.text ?? [];
    });
  return [...new Set(named)];
}
