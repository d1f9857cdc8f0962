/** Settings of a connection, as statements that give them to the session again. */
import type { Statement } from '../../protocols/postgres/statements.ts';

/** Those that change nothing inside a run, or that the greeting answers. */
const LEFT_OUT = new Set(['user', 'database', 'replication', 'client_encoding', 'application_name']);

/** `-c name=value`, `--name=value`, as the server's own command line takes them. */
const OPTION = /(?:-c\s*|--)([\w.-]+)=((?:\\.|[^\s\\])*)/g;

/** Those that a client asks for when it connects. */
export function settingsOf(asked: ReadonlyMap<string, string>): string[] {
  const settings = [...asked].filter(([name]) => name !== 'options' && !LEFT_OUT.has(name));
  for (const [, name = '', value = ''] of (asked.get('options') ?? '').matchAll(OPTION)) {
    settings.push([name.replaceAll('-', '_'), value.replaceAll(/\\(.)/g, '$1')]);
  }
  return settings.filter(([name]) => /^[\w.]+$/.test(name)).map(([name, value]) => settingOf(name, value));
}

export function settingOf(name: string, value: string): string {
  return `SELECT set_config('${name}', '${value.replaceAll("'", "''")}', false)`;
}

const CALL = /\bset_config\s*\(\s*'([\w.]+)'\s*,[^;]*?,\s*(true|false|\$\d+)/gi;

/** Those that it gives the session by a function, which takes parameters where SET takes none. */
export function configuredBy({ names, text }: Pick<Statement, 'names' | 'text'>): readonly string[] {
  if (!names.has('set_config')) return [];
  return [...text.matchAll(CALL)].flatMap(([, name = '', isLocal]) => (isLocal?.toLowerCase() === 'true' ? [] : name));
}
