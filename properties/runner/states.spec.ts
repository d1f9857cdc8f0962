import { describe, expect, test } from 'vitest';
import type { Entry } from '../property.ts';
import { statesOf } from './states.ts';

type Given = Pick<Entry, 'process' | 'kind' | 'data'> & Partial<Entry>;

const statesIn = (...given: readonly Given[]): Set<string> => {
  const entries = given.map((each, n): Entry => ({ n, timeUs: n, causes: [], ...each }));
  return statesOf({ entries, faults: [], outcome: 'quiet' });
};
const sent = (item: string): Given => ({ process: 'workload', kind: 'sent', data: { item, nth: 1 } });
const about = (kind: string, item: string, o: Partial<Entry> = {}): Given => ({
  process: 'billing/0',
  kind,
  data: { component: 'mq', channels: ['payments'], value: {}, about: { lineage: `Paid#${item}` } },
  ...o,
});
const newIn = (now: ReadonlySet<string>, before: ReadonlySet<string>): number =>
  [...now].filter((state) => !before.has(state)).length;

describe('the states of a run', () => {
  test('are those of another whose messages, instances and times are others', () => {
    const one = statesIn(sent('p1'), about('delivered', 'p1'), about('acked', 'p1'));
    const later = { timeUs: 9_000, process: 'billing/7' };
    expect(statesIn(sent('x'), about('delivered', 'x', later), about('acked', 'x', later))).toEqual(one);
  });

  test('tell what follows what, and how often it does', () => {
    const once = statesIn(sent('p1'), about('delivered', 'p1'), about('acked', 'p1'));
    const twice = statesIn(sent('p1'), about('delivered', 'p1'), about('delivered', 'p1'), about('acked', 'p1'));
    expect(newIn(twice, once)).toBe(1);
    const many = (n: number) => statesIn(sent('p1'), ...Array.from({ length: n }, () => about('delivered', 'p1')));
    expect(many(9)).toEqual(many(20));
    expect(newIn(many(3), many(2))).toBeGreaterThan(0);
  });

  test('tell one message that overtakes another', () => {
    const first = [about('acked', 'p1'), about('acked', 'p2')] as const;
    const inOrder = statesIn(sent('p1'), sent('p2'), ...first);
    expect(newIn(statesIn(sent('p1'), sent('p2'), ...first.toReversed()), inOrder)).toBe(1);
  });

  test('belong to the message that an entry goes back to by its causes', () => {
    const row = { process: 'billing/0', kind: 'inserted', data: { component: 'db', channels: ['paid'], value: {} } };
    const caused = statesIn(sent('p1'), about('delivered', 'p1'), { ...row, causes: [1] });
    expect(newIn(caused, statesIn(sent('p1'), about('delivered', 'p1'), row))).toBe(1);
  });

  test('tell what a fault did first, without where it struck', () => {
    const fault = (item: string): Given => ({
      process: 'billing/0',
      kind: 'fault',
      data: { sentence: `1st delivery of Paid#${item} to billing: ack is lost`, kind: 'ack-lost' },
    });
    const of = (item: string) => statesIn(sent(item), fault(item), about('delivered', item));
    expect(of('p1')).toEqual(of('p2'));
    expect(newIn(of('p1'), statesIn(sent('p1'), about('delivered', 'p1')))).toBe(1);
  });
});
