import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Bench, idOf, oneTopic, taken } from './bench.fixture.ts';

const DAY_US = 86_400_000_000;

/** A write, alone or as a transaction; `undefined`: compaction, a day later or at once. */
const write = fc.record({
  keys: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 }),
  isTombstone: fc.boolean(),
  ends: fc.constantFrom('alone', 'commit', 'abort'),
});
const compaction = fc.record({ afterUs: fc.constantFrom(0, DAY_US), activeRecords: fc.integer({ min: 1, max: 3 }) });
const script = fc.array(fc.oneof({ weight: 3, arbitrary: write }, { weight: 1, arbitrary: compaction }), {
  maxLength: 30,
});

/** What a reader of all has in the end: by key the last value, and nothing for a key that was deleted. */
function stateOf(bench: Bench): ReadonlyMap<string, string> {
  const state = new Map<string, string>();
  for (const record of bench.fetch(0, 'read_committed', Infinity).records) {
    if (record.tombstone) state.delete(record.key ?? '');
    else state.set(record.key ?? '', idOf(record));
  }
  return state;
}

test('fact 39: whoever reads from the start has the same in the end, compacted or not, from whichever replica', () => {
  fc.assert(
    fc.property(script, (script) => {
      const bench = oneTopic({ cleanup: 'compact' });
      const plain = oneTopic();
      for (const [n, step] of script.entries()) {
        if ('keys' in step) for (const each of [bench, plain]) play(each, n, step);
        else {
          bench.nowUs += step.afterUs;
          taken(bench.cluster.compact('work', 0, step.activeRecords));
        }
        expect(stateOf(bench)).toEqual(stateOf(plain));
        expect(bench.cluster.brokenLaw).toBe(undefined);
      }
      bench.failover();
      bench.replicate();
      expect(stateOf(bench)).toEqual(stateOf(plain));
    }),
  );
});

function play(
  bench: Bench,
  n: number,
  { keys, isTombstone, ends }: { keys: readonly string[]; isTombstone: boolean; ends: 'alone' | 'commit' | 'abort' },
): void {
  const names = keys.map((key, at) => `${key}=${isTombstone ? '' : `${n}.${at}`}`).join(' ');
  if (ends === 'alone') {
    bench.put(names);
    return;
  }
  const { transactions } = bench.cluster;
  const { producerId: id, epoch } = taken(transactions.initProducerId({ transactionalId: 't' }));
  bench.put(names, { producer: { id, epoch, firstSequence: 0, transactional: true } });
  transactions.endTxn({ transactionalId: 't', producerId: id, epoch }, ends);
  bench.mark();
}
