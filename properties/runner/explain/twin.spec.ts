import { describe, expect, test } from 'vitest';
import { printFault } from '../../../sim/faults/print.ts';
import { inWorlds } from '../../../sim/simulate.ts';
import { bank } from '../bank.fixture.ts';
import { systemOf } from '../../scenario.ts';
import { execute } from '../execute.ts';
import { plainEntries } from '../plain.ts';
import { saved, savedCase } from './saved.fixture.ts';
import { passingTwin } from './twin.ts';

describe.each(saved)('the passing twin of $file', ({ system, property, given }) => {
  test('goes without one fault, does not fail, and is the failing run up to where they part', async () => {
    await inWorlds(async () => {
      const { record } = await execute(system, [property], given);
      const twin = await passingTwin(system, property, given, record.entries);
      const plan = given.plan.filter((fault) => printFault(fault) !== twin?.result.without);
      expect(plan).toHaveLength(given.plan.length - 1);
      const made = await execute(system, [property], { ...given, plan });
      expect(made.verdicts[0]?.verdict).toBe(twin?.result.verdict);
      expect(twin?.result.verdict).not.toBe('fail');
      expect(made.record.digest).toBe(twin?.result.digest);
      const { partsAt = 0, history = [] } = twin?.result ?? {};
      const [run, other] = [record.entries, made.record.entries].map(plainEntries);
      expect(other?.slice(0, partsAt)).toEqual(run?.slice(0, partsAt));
      expect(other?.[partsAt]).not.toEqual(run?.[partsAt]);
      // What is sent at once is so from the first entry on.
      expect(partsAt).toBeGreaterThanOrEqual(0);
      expect(history).toEqual(other?.slice(partsAt, -1));
    });
  });
});

test('of two faults the one is left out whose absence shows last', async () => {
  const { system, property, given } = savedCase('commits-then-publishes');
  await inWorlds(async () => {
    const { record } = await execute(system, [property], given);
    const twin = await passingTwin(system, property, given, record.entries);
    expect(given.plan.map(printFault).indexOf(twin?.result.without ?? '')).toBe(1);
  });
});

const few = { id: 'few', name: 'few', kind: 'safety' } as const;

/** The property judges the run's last time, so that some neighbours pass. */
test('a failure that takes no fault has a neighbour for its twin, and none where all fail', async () => {
  const shape = bank();
  const system = systemOf(shape, 'correct');
  const given = { seed: 5, items: [{ id: 'a', amount: 1 }], plan: [] };
  const failsWhen = (fails: (latestUs: number) => boolean) => ({
    ...few,
    start: () => {
      let latestUs = 0;
      return {
        see: ({ timeUs }: { timeUs: number }) => void (latestUs = timeUs),
        end: () =>
          fails(latestUs)
            ? ({ verdict: 'fail', says: 'late', evidence: [] } as const)
            : ({ verdict: 'pass', exercised: 1 } as const),
      };
    },
  });
  await inWorlds(async () => {
    const { record } = await execute(system, [], given);
    const endUs = record.entries.at(-1)?.timeUs ?? 0;
    const twin = await passingTwin(
      system,
      failsWhen((us) => us <= endUs),
      given,
      record.entries,
    );
    expect(twin?.result).toMatchObject({ verdict: 'pass', partsAt: expect.any(Number) });
    expect(twin?.result.seed).not.toBe(given.seed);
    expect(
      await passingTwin(
        system,
        failsWhen(() => true),
        given,
        record.entries,
      ),
    ).toBeUndefined();
  });
});
