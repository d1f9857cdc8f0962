import { expect, test } from 'vitest';
import { Bench } from './bench.fixture.ts';
import { Retained } from './retained.ts';

const RETRY_US = 180_000_000;

test('a dead letter waits for its own queue, and goes three minutes after that has room', () => {
  const due: { readonly us: number; readonly run: () => void }[] = [];
  const kept = new Retained((us, run) => void due.push({ us, run }));
  const from = new Bench({ queues: { work: {} } }).queue();
  const full = new Set(['a', 'b']);
  const sent: string[] = [];
  for (const to of ['a', 'b', 'c']) {
    kept.keep(from, () => {
      if (full.has(to)) return to;
      sent.push(to);
      return undefined;
    });
  }
  const waiting = (to: string): string => `a dead letter of work waits for room in ${to}`;
  expect([sent, kept.unfinished]).toEqual([['c'], [waiting('a'), waiting('b')]]);

  full.delete('b');
  for (const to of ['c', 'b', 'b']) kept.targetHasRoom(to);
  expect([due.map(({ us }) => us), sent]).toEqual([[RETRY_US], ['c']]);
  due.shift()?.run();
  expect([sent, kept.unfinished]).toEqual([['c', 'b'], [waiting('a')]]);

  // It has no room after all: the letter waits on, and is sent once more when there is.
  kept.targetHasRoom('a');
  due.shift()?.run();
  expect([sent, kept.unfinished]).toEqual([['c', 'b'], [waiting('a')]]);
  full.delete('a');
  kept.targetHasRoom('a');
  due.shift()?.run();
  expect([sent, kept.unfinished, due]).toEqual([['c', 'b', 'a'], [], []]);
});
