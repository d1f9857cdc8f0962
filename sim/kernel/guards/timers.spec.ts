/** Timers inside a run, in what Node promises of them beyond waiting. */
import { getEventListeners } from 'node:events';
import timersPromises, { scheduler, setTimeout as wait, setInterval as ticks } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { run, tiny } from '../../spec-world.ts';
import { EPOCH_MS } from '../world.ts';

const atMs = (): number => Date.now() - EPOCH_MS;

/** What code inside a run told, until nothing was left to do. */
async function told(work: (tell: (what: unknown) => void) => unknown): Promise<unknown[]> {
  const all: unknown[] = [];
  await run([tiny(async () => void (await work((what) => all.push(what))))]);
  return all;
}

test('delays are whole milliseconds, one where Node takes what is given for none', async () => {
  const delays = [0, -5, 0.5, 1.9, 2, 20.7, Number.NaN, undefined, '30', 2 ** 31, Infinity];
  const rang = await told((tell) => {
    for (const delay of delays) setTimeout(() => tell([delay, atMs()]), delay as number);
    // Further off than any run goes.
    setTimeout(() => tell('never'), 2 ** 31 - 1);
  });
  const one = delays.filter((delay) => ![2, 20.7, '30'].includes(delay as never)).map((delay) => [delay, 1]);
  expect(rang).toEqual([...one, [2, 2], [20.7, 20], ['30', 30]]);
});

test('what comes behind the delay is handed to the callback, which must be one', async () => {
  const heard = await told((tell) => {
    setTimeout((...args) => tell(args), 1, 'a', 2);
    const every = setInterval((...args) => (tell(args), clearTimeout(every)), 5, 'b');
    setImmediate((...args) => tell(args), 'c', 3);
    try {
      setTimeout('text' as never, 1);
    } catch (error) {
      tell((error as Error).name);
    }
  });
  expect(heard).toEqual(['TypeError', ['c', 3], ['a', 2], ['b']]);
});

test('a timer has the methods of Node’s', async () => {
  const heard = await told((tell) => {
    const timers = ['close', 'dispose', 'clear', 'kept'].map((name) => setTimeout(() => tell(`${name} ${atMs()}`), 10));
    const [close, dispose, clear, kept] = timers as [NodeJS.Timeout, NodeJS.Timeout, NodeJS.Timeout, NodeJS.Timeout];
    tell([close.close() === close, kept.ref() === kept, kept.unref() === kept, kept.hasRef(), typeof +kept]);
    dispose[Symbol.dispose]();
    clearInterval(clear);
    setTimeout(() => tell(kept.refresh() === kept), 4);
    clearTimeout(undefined);
  });
  expect(heard).toEqual([[true, true, true, true, 'number'], true, 'kept 14']);
});

const said = (error: unknown): unknown[] => {
  const { name, code, cause } = error as Error & { code: string };
  return [name, code, cause, atMs()];
};

test('a wait ends when its signal aborts, at once if it has, and leaves no listener behind', async () => {
  const heard = await told(async (tell) => {
    const control = new AbortController();
    const listeners = (): number => getEventListeners(control.signal, 'abort').length;
    const o = { signal: control.signal };
    const done = wait(3, 'value', o);
    tell(listeners());
    tell([await done, listeners()]);
    const waits = wait(50, 'value', o).catch(said);
    setTimeout(() => control.abort('enough'), 2);
    tell(await waits);
    tell([await wait(50, 'value', o).catch(said), await scheduler.wait(50, o).catch(said)]);
    tell(await ticks(50, 'value', o).next().catch(said));
    await wait(100);
    tell([atMs(), listeners()]);
  });
  const aborted = ['AbortError', 'ABORT_ERR', 'enough', 5];
  expect(heard).toEqual([1, ['value', 0], aborted, [aborted, aborted], aborted, [105, 0]]);
});

test('a signal that times out says so', async () => {
  const heard = await told(async (tell) => {
    const signal = AbortSignal.timeout(7);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    tell([(signal.reason as Error).name, atMs()]);
  });
  expect(heard).toEqual([['TimeoutError', 7]]);
});

test('an interval of promises ticks until somebody stops', async () => {
  const heard = await told(async (tell) => {
    for await (const each of ticks(10, 'tick')) {
      tell([each, atMs()]);
      if (atMs() > 25) break;
    }
  });
  expect(heard).toEqual([
    ['tick', 10],
    ['tick', 20],
    ['tick', 30],
  ]);
});

test('immediates run within the step, but for those of a process that is gone', async () => {
  const heard = await told(async (tell) => {
    tell(await timersPromises.setImmediate('value'));
    tell(await promisify(setImmediate)('other'));
    tell([await scheduler.yield(), atMs()]);
  });
  expect(heard).toEqual(['value', 'other', [undefined, 0]]);
  const gone = await told((tell) => {
    if (atMs() > 0) return;
    setImmediate(() => tell('immediate'));
    void timersPromises.setImmediate().then(() => tell('promised'));
    process.exit(1);
  });
  expect(gone).toEqual([]);
});
