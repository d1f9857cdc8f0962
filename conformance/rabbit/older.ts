/**
 * What Debian's RabbitMQ does that later ones of the profile compared (3.13) do not. A trace of such a version is compared
 * with these in place.
 */
export interface OlderThan313 {
  /**
   * A message that a client gives back once too often gives its consumer on a quorum queue room for two: for good it
   * has more in flight than its prefetch. Source: rabbit_fifo.erl, `return_one` in machine versions 2 (3.10 to 3.12) and 3.
   */
  readonly creditsTwice: boolean;
}

export function olderThan313(version: string): OlderThan313 {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return { creditsTwice: major < 3 || (major === 3 && minor < 13) };
}
