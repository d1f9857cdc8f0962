/** Settings that a client asks for when it connects, as statements. */

/** Those that change nothing inside a run, or that the greeting answers. */
const LEFT_OUT = new Set(['user', 'database', 'replication', 'client_encoding', 'application_name']);

/** `-c name=value`, `--name=value`, as the server's own command line takes them. */
const OPTION = /(?:-c\s*|--)([\w.-]+)=((?:\\.|[^\s\\])*)/g;

export function settingsOf(asked: ReadonlyMap<string, string>): string[] {
  const settings = [...asked].filter(([name]) => name !== 'options' && !LEFT_OUT.has(name));
  for (const [, name = '', value = ''] of (asked.get('options') ?? '').matchAll(OPTION)) {
    settings.push([name.replaceAll('-', '_'), value.replaceAll(/\\(.)/g, '$1')]);
  }
  return settings
    .filter(([name]) => /^[\w.]+$/.test(name))
    .map(([name, value]) => `SELECT set_config('${name}', '${value.replaceAll("'", "''")}', false)`);
}
