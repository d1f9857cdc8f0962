/** Works at a list, several at a time, and hands out what became of each in the list's order. */

/**
 * Whose turn it is to be handed out keeps its place until whoever takes it asks for the next: by then they may want no more.
 * What one of them throws is thrown in its turn; the others go on until they end by themselves.
 */
export async function* takeTurns<T, R>(
  list: readonly T[],
  width: number,
  work: (one: T, n: number) => Promise<R>,
): AsyncGenerator<readonly [n: number, done: R]> {
  const working = new Map<number, Promise<R>>();
  /** Those that have ended, and whose place is free. */
  const gone = new Set<number>();
  let head = 0;
  let next = 0;
  const start = (): void => {
    while (next < list.length && working.size - gone.size < width) {
      const n = next++;
      const each = work(list[n] as T, n);
      working.set(n, each);
      const ended = (): void => {
        if (n === head) return;
        gone.add(n);
        start();
      };
      // Whoever is not handed out any more is asked by nobody what it threw.
      each.then(ended, ended);
    }
  };
  for (; head < list.length; head++) {
    start();
    const done = await (working.get(head) as Promise<R>);
    yield [head, done];
    working.delete(head);
    gone.delete(head);
  }
}
