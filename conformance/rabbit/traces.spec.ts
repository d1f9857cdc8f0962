/** What a real RabbitMQ was seen to do (traces/, written by record.ts) must be among what the model allows. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compare } from './compare.ts';
import type { Held, Seen, Step, Trace } from './trace.ts';

const FOLDER = join(import.meta.dirname, 'traces');
const traces = readdirSync(FOLDER).flatMap((file) =>
  readFileSync(join(FOLDER, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Trace),
);

test('the model allows every step that was recorded', () => {
  const verdicts = traces.map(compare);
  expect(verdicts.flatMap(({ difference = [] }) => difference)).toEqual([]);
  expect(verdicts.map(({ steps }) => steps)).toEqual(traces.map(({ steps }) => steps.length));
});

test('the traces hold each kind of step and of observation', () => {
  const steps = traces.flatMap((trace) => trace.steps);
  expect([...new Set(steps.map(({ action }) => action.do))].toSorted()).toEqual(
    ['ack', 'cancel', 'close', 'consume', 'drop', 'get', 'nack', 'publish', 'reject', 'wait'].toSorted(),
  );
  const seen = steps.flatMap((step) => step.seen.flat());
  expect([...new Set(seen.map(([kind]) => kind))].toSorted()).toEqual(
    ['closed', 'confirmed', 'delivered', 'got', 'nacked', 'nothing', 'returned'].toSorted(),
  );
  expect(seen.filter(([kind, ...rest]) => kind === 'delivered' && rest[3] === true).length).toBeGreaterThan(30);
});

/** Every step is among what the model allows, as far as that is decided. */
function isAllowed(trace: Trace): boolean {
  const { difference, steps } = compare(trace);
  return difference === undefined && steps === trace.steps.length;
}

/** The first observation that `change` changes is changed; undefined: there is none. */
function changed(trace: Trace, change: (seen: Seen) => Seen | undefined): Trace | undefined {
  for (const [n, step] of trace.steps.entries()) {
    for (const [on, all] of step.seen.entries()) {
      for (const [at, each] of all.entries()) {
        const other = change(each);
        if (other === undefined) continue;
        const seen = step.seen.with(on, all.with(at, other));
        return { ...trace, steps: trace.steps.with(n, { ...step, seen }) };
      }
    }
  }
  return undefined;
}

const inCopy =
  (change: (...held: Held) => Held) =>
  (seen: Seen): Seen | undefined => {
    if (seen[0] !== 'delivered' && seen[0] !== 'got') return undefined;
    const [kind, n, ...held] = seen;
    return [kind, n, ...change(...held)] as Seen;
  };

describe('what a broker could do wrong is reported', () => {
  test.each<[what: string, change: (seen: Seen) => Seen | undefined]>([
    ['the redelivered flag', inCopy((tag, id, redelivered, deaths) => [tag, id, !redelivered, deaths])],
    ['another message', inCopy((tag, _, redelivered, deaths) => [tag, 'another', redelivered, deaths])],
    ['a death that was not', inCopy((tag, id, redelivered) => [tag, id, redelivered, 'q9 expired 1'])],
    ['a confirm that is a nack', (seen) => (seen[0] === 'confirmed' ? ['nacked', seen[1]] : undefined)],
    ['a nack that is a confirm', (seen) => (seen[0] === 'nacked' ? ['confirmed', seen[1]] : undefined)],
    ['a return that is none', (seen) => (seen[0] === 'returned' ? ['confirmed', seen[1]] : undefined)],
    ['another reason of closing', (seen) => (seen[0] === 'closed' ? ['closed', 404] : undefined)],
    ['another consumer', (seen) => (seen[0] === 'delivered' ? ['delivered', seen[1] + 7, ...held(seen)] : undefined)],
  ])('%s', (_, change) => {
    const wrong = traces.flatMap((trace) => changed(trace, change) ?? []).slice(0, 12);
    expect(wrong.length).toBeGreaterThan(2);
    expect(wrong.filter(isAllowed)).toEqual([]);
  });

  test('a message more or less that is ready', () => {
    const more = ({ ready, ...step }: Step): Step => ({ ...step, ready: ready.map((count) => count + 1) });
    const wrong = traces
      .slice(0, 12)
      .map((trace) => ({ ...trace, steps: trace.steps.toSpliced(-1, 1, more(trace.steps.at(-1) as Step)) }));
    expect(wrong.filter(isAllowed)).toEqual([]);
  });
});

function held([, , ...rest]: Extract<Seen, readonly ['delivered', ...unknown[]]>): Held {
  return rest;
}
