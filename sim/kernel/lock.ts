/** One world at a time in a thread: the guards answer for one clock. Whoever comes second waits for the first. */
let tail: Promise<void> = Promise.resolve();

export async function exclusively<T>(work: () => Promise<T>): Promise<T> {
  const before = tail;
  let release = (): void => {};
  tail = new Promise<void>((resolve) => {
    release = resolve;
  });
  await before;
  try {
    return await work();
  } finally {
    release();
  }
}
