import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventHeap } from './heap.ts';

test('pops in the order of time, then of scheduling', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 200 }), (times) => {
      const heap = new EventHeap<number>(2);
      times.forEach((time, n) => heap.push(time, n, n));
      const popped = times.map(() => heap.pop());
      const expected = times.map((time, n) => ({ time, n })).toSorted((a, b) => a.time - b.time || a.n - b.n);
      expect(popped).toEqual(expected.map((e) => e.n));
      expect(heap.pop()).toBeUndefined();
    }),
  );
});

test('interleaved pushes and pops agree with a sorted list', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(9)), { maxLength: 200 }), (steps) => {
      const heap = new EventHeap<number>(2);
      const list: { time: number; n: number }[] = [];
      steps.forEach((time, n) => {
        if (time !== null) {
          heap.push(time, n, n);
          list.push({ time, n });
          list.sort((a, b) => a.time - b.time || a.n - b.n); // in place
          return;
        }
        expect(heap.nextTimeUs).toBe(list[0]?.time ?? Number.POSITIVE_INFINITY);
        expect(heap.pop()).toBe(list.shift()?.n);
      });
      expect(heap.size).toBe(list.length);
    }),
  );
});
