import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EddyError } from '../../sim/errors.ts';
import type { ServiceShape } from '../../sim/services/service.ts';
import payments from '../../scenarios/payments/payments.scenario.ts';
import type { Scenario } from '../../index.ts';
import type { ScenarioShape } from '../scenario.ts';
import { bank } from './bank.fixture.ts';
import { campaign } from './campaign.ts';
import type { Hands } from './hands.ts';
import { readRepro, type Repro, replay, writeRepro } from './replay.ts';

const SEED = 11;

async function failureOf(shape: ScenarioShape, variant = 'correct'): Promise<Repro> {
  const { failures } = await campaign(shape, variant, { seed: SEED, runs: 300, bail: true });
  return readRepro(failures[0]?.token ?? '');
}

describe('a saved failure', () => {
  test('reproduces; reads back from its file as from its token', async () => {
    const repro = await failureOf(bank({ remembers: false }));
    expect(readRepro(writeRepro(repro))).toEqual(repro);
    const { verdict, digest, failure } = await replay(bank({ remembers: false }), repro);
    expect([verdict, digest]).toEqual(['reproduced', repro.digest]);
    // A saved failure does not say in which run it was found.
    expect(failure?.found.strategy).toBe('saved');
  });

  test('is fixed where the code is mended', async () => {
    const repro = await failureOf(bank({ remembers: false }));
    expect((await replay(bank(), repro)).verdict).toBe('fixed');
  });

  test.each(['hangs', 'toString', '__proto__'])('of a property that is gone, %s, is refused', async (property) => {
    const repro = await failureOf(bank({ remembers: false }));
    await expect(replay(bank({ remembers: false }), { ...repro, property })).rejects.toThrow(
      `has no property "${property}" any more`,
    );
  });

  test('of two items of one key is refused', async () => {
    const repro = await failureOf(bank({ remembers: false }));
    const workload = [...repro.workload, ...repro.workload];
    await expect(replay(bank({ remembers: false }), { ...repro, workload })).rejects.toThrow(
      /^The saved workload has two items of one key, ".*" \(the 1st and the 2nd\): a fault that names it could mean either$/,
    );
  });

  test('is stale when the queue is renamed, and the nearest is named', async () => {
    const repro = await failureOf(bank({ remembers: false }));
    const { verdict, says } = await replay(bank({ queue: 'deposits.v2' }), repro);
    expect(verdict).toBe('stale');
    expect(says.join()).toContain('deposits.v2');
  });

  test.each([
    [
      'service',
      { teller: 'cashier' },
      /^service teller is gone, which ".* to teller: .*" names; the nearest that exists is cashier$/,
    ],
    [
      'message',
      { type: 'Paid' },
      /^no Deposit#(\S+) comes from mq\.deposits any more, which ".*" names; the nearest that exists is Paid#\1$/,
    ],
  ])('is stale when the %s is renamed, and the nearest is named', async (_, renamed, sentence) => {
    const repro = await failureOf(bank({ remembers: false }));
    const id = (repro.workload[0] as { id: string }).id;
    const lost = {
      sentence: `1st delivery of Deposit#${id} to teller: ack is lost`,
      kind: 'ack-lost',
      at: 'mq.deposits',
    };
    const { verdict, says } = await replay(bank(renamed), { ...repro, faults: [{ ...lost, needed: true }] });
    expect([verdict, says]).toEqual(['stale', [expect.stringMatching(sentence)]]);
  });

  test('has no effect when its fault changes nothing', async () => {
    const repro = await failureOf(bank({ remembers: false }));
    const late = { sentence: '9th delivery of Deposit#x to teller: ack is lost', kind: 'ack-lost', needed: true };
    const { verdict, says } = await replay(bank(), { ...repro, faults: [late] });
    expect([verdict, says]).toEqual(['no-effect', [`not reached: ${late.sentence}`]]);
  });

  test('follows an operation that has moved, by its milestone', async () => {
    const repro = await failureOf(bank({ remembers: false }));
    const id = (repro.workload[0] as { id: string }).id;
    const fault = {
      sentence: `1st delivery of Deposit#${id} to teller: crash after 4th commit on db`,
      kind: 'crash',
      needed: true,
      milestone: 'last durable write' as const,
    };
    const { verdict, moved } = await replay(bank(), { ...repro, faults: [fault] });
    expect([verdict, moved]).toEqual(['fixed', [`1st delivery of Deposit#${id} to teller: crash after commit on db`]]);
  });
});

describe('unrelated changes', () => {
  /** Payments with 50 draws and 20 messages more, by a service of its own and in billing itself. */
  function noisy(shape: ScenarioShape): ScenarioShape {
    const noise = (start: ServiceShape): ServiceShape => ({
      ...start,
      with: (o) => noise(start.with(o) as ServiceShape),
      start: (ports: never, life) => {
        for (let n = 0; n < 50; n++) Math.random();
        const { mq } = ports as { mq: { publish: (to: object, body: object, o: object) => Promise<void> } };
        for (let n = 0; n < 20; n++)
          void mq.publish({ exchange: 'events', key: 'noise.made' }, { n }, { type: 'Noise' });
        return start.start(ports, life);
      },
    });
    const wrong = Object.entries(shape.wrong).map(([name, variant]) => {
      const services = Object.entries(variant.services).map(([each, of]) => [each, noise(of as ServiceShape)]);
      return [name, { ...variant, services: Object.fromEntries(services) as Record<string, ServiceShape> }];
    });
    return { ...shape, wrong: Object.fromEntries(wrong) as ScenarioShape['wrong'] };
  }

  const shape = payments as Scenario<unknown> as ScenarioShape;
  test.each(Object.keys(shape.wrong))('leave the saved failure of %s reproducing', async (variant) => {
    const repro = await failureOf(shape, variant);
    const { verdict, digest } = await replay(noisy(shape), repro);
    expect(verdict).toBe('reproduced');
    expect(digest).not.toBe(repro.digest);
  });
});

test('whatever is read as a saved failure is one, or is refused with a sentence', () => {
  const nearly = fc.record({
    format: fc.constantFrom(1, 2, '1'),
    scenario: fc.oneof(fc.string(), fc.integer()),
    variant: fc.string(),
    property: fc.string(),
    name: fc.string(),
    digest: fc.string(),
    seed: fc.oneof(fc.integer(), fc.double()),
    workload: fc.oneof(fc.array(fc.anything()), fc.string()),
    faults: fc.array(fc.oneof(fc.record({ sentence: fc.string() }), fc.anything())),
  });
  const text = fc.oneof(
    fc.string(),
    fc.base64String().map((each) => `eddy1.${each}`),
    nearly.map((each) => JSON.stringify(each) ?? ''),
    fc.json(),
  );
  fc.assert(
    fc.property(text, (given) => {
      try {
        readRepro(given);
      } catch (error) {
        expect(error).toBeInstanceOf(EddyError);
        expect((error as EddyError).code).toBe('EDDY_REPRO');
      }
    }),
    { numRuns: 1000 },
  );
});

test('a failure under an outage alone is stale too, when the queue that it was sent to is renamed', async () => {
  const repro = await failureOf(bank({ remembers: false }));
  const out = { sentence: 'db is refusing from 1 ms to 600 ms', kind: 'outage', needed: true };
  const { verdict, says } = await replay(bank({ queue: 'deposits.v2' }), { ...repro, faults: [out] });
  expect(verdict).toBe('stale');
  expect(says[0]).toContain(
    'mq.deposits is gone, which the workload was sent to; the nearest that exists is mq.deposits.v2',
  );
});

test.each([
  ['hang', 'reproduced'],
  ['I1', 'no-effect'],
] as const)(
  'a run that never ends is the failure again where that is what was saved: %s',
  async (property, verdict) => {
    const repro = { ...(await failureOf(bank({ remembers: false }))), property };
    const lost = { lost: 'hang', how: 'a run has blocked its thread for 30 s', run: 0, drawn: [] } as const;
    const hands = { replay: () => Promise.resolve(lost) } as unknown as Hands;
    const result = await replay(bank(), repro, { hands });
    expect([result.verdict, result.failure?.property]).toEqual([verdict, 'hang']);
    expect(result.says.join()).toContain(lost.how);
  },
);
