import { expect, test } from 'vitest';
import { History } from '../../history/history.ts';
import type { Subscription } from './connection.ts';
import { brokenLaw } from './law.ts';
import { EventLog, type Recorded } from './log.ts';

/** A log of three events in two streams, and its history, which `tamper` may have falsified. */
function judged(
  o: { tamper?: (recorded: Recorded<unknown>[]) => Recorded<unknown>[]; subscriber?: Partial<Subscription> } = {},
): string | undefined {
  const log = new EventLog();
  const history = new History();
  const append = (stream: string, n: number): Recorded<unknown>[] =>
    log.append(stream, [{ event: { type: 'Noted', n }, lineage: `Noted#${n}` }], 'any').map(({ recorded }) => recorded);
  const appended = [...append('a', 1), ...append('b', 2), ...append('a', 3)];
  for (const value of (o.tamper ?? ((all) => all))(appended)) {
    history.record(0, 'w/0', 'appended', { component: 'ledger', channels: [value.stream], value }, []);
  }
  history.record(0, 'w/0', 'appended', { component: 'other', channels: ['a'], value: appended[2] }, []);
  const positions = log.all.map(({ recorded }) => recorded.position);
  const subscriber = {
    begunAt: 0n,
    seen: positions,
    isServed: true,
    isOver: false,
    request: { from: 0n, names: () => true, next: () => {} },
    connection: { process: { alive: true, label: 'r/0' } },
    ...o.subscriber,
  } as unknown as Subscription;
  return brokenLaw('ledger', log, [subscriber], history);
}
const [first, second, third] = [15n, 30n, 45n] as const;

test('a log that is what was appended, and seen whole, breaks no law', () => {
  expect(judged()).toBeUndefined();
  expect(judged({ subscriber: { begunAt: first, seen: [second, third] } })).toBeUndefined();
  expect(judged({ subscriber: { begunAt: undefined, seen: [] } })).toBeUndefined();
});

test.each([
  ['an append that the history does not know', (all: Recorded<unknown>[]) => all.slice(0, 2), /log is not what/],
  [
    'an append that the log does not know',
    (all: Recorded<unknown>[]) => [...all, { ...(all[1] as Recorded<unknown>), version: 2, position: 99n }],
    /log is not what/,
  ],
  [
    'a version left out',
    (all: Recorded<unknown>[]) => all.map((each) => ({ ...each, version: each.version + 1 })),
    /a@2 is not the next version/,
  ],
  [
    'a version twice',
    (all: Recorded<unknown>[]) => all.map((each) => ({ ...each, version: 1 })),
    /a@1 is not the next version/,
  ],
  [
    'positions that stand still',
    (all: Recorded<unknown>[]) => all.map((each) => ({ ...each, position: 7n })),
    /b@1 has a position/,
  ],
  [
    'an event that was changed',
    (all: Recorded<unknown>[]) => all.map((each) => ({ ...each, event: {} })),
    /log is not what/,
  ],
])('%s is told', (_, tamper, told) => {
  expect(judged({ tamper })).toMatch(told);
});

test.each([
  ['missed the last', { seen: [first, second] }],
  ['missed one before', { seen: [first, third] }],
  ['saw one twice', { seen: [first, first, second, third] }],
  ['saw them out of order', { seen: [second, first, third] }],
  ['saw what it did not ask for', { begunAt: first }],
  [
    'saw a stream that it did not name',
    { request: { from: 0n, names: (stream: string) => stream === 'a', next: () => {} } },
  ],
])('a subscriber that %s is told', (_, subscriber) => {
  expect(judged({ subscriber })).toMatch(/a subscriber of r\/0 saw/);
});

test.each([
  ['has died', { connection: { process: { alive: false, label: 'r/0' } } as never }],
  ['has ended its subscription', { isOver: true }],
  ['is not connected', { isServed: false }],
])('a subscriber that %s may have seen less, but nothing else', (_, subscriber) => {
  expect(judged({ subscriber: { ...subscriber, seen: [first] } })).toBeUndefined();
  expect(judged({ subscriber: { ...subscriber, seen: [second] } })).toMatch(/a subscriber of r\/0 saw/);
});
