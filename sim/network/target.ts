/** What `connect` was asked for, in each of the forms that Node takes. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** A Unix domain socket instead. */
  readonly path: string | undefined;
  readonly options: Readonly<Record<string, unknown>>;
  readonly heard: (() => void) | undefined;
}

/** `(options, heard?)`, `(port, host?, options?, heard?)` or `(path, heard?)` */
export function readTarget(args: readonly unknown[]): Target {
  const last = args.findLast((arg) => typeof arg === 'function');
  const heard = last as (() => void) | undefined;
  const [first, second] = args;
  const more = args.slice(1).find((arg) => typeof arg === 'object' && arg !== null);
  const options = { ...more, ...optionsOf(first, second) };
  const { host = 'localhost', port = 0, path } = options;
  return {
    host: String(host),
    port: Number(port),
    path: typeof path === 'string' ? path : undefined,
    options,
    heard,
  };
}

function optionsOf(first: unknown, second: unknown): Record<string, unknown> {
  if (typeof first === 'object' && first !== null) return { ...first };
  if (typeof first === 'string' && !/^\d+$/.test(first)) return { path: first };
  return { port: first, ...(typeof second === 'string' && { host: second }) };
}
