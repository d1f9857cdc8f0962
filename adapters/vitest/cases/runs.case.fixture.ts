/** Campaigns as tests: those that pass, those that fail, those of which nothing can be said. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { chaos } from 'eddy/vitest';
import { effectOnce, scenario } from 'eddy';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import welcome from '../../../examples/welcome.scenario.ts';
import { db, looping, missed, mistyped, parts, plain } from './plain.fixture.ts';

describe('holds', () => chaos(plain, { runs: 30 }));

describe('wrong', () => chaos(welcome, { runs: 50, variant: 'looks-first', saved: 'repros' }));

describe('unexplained', () => chaos(welcome, { runs: 50, seed: 3, explain: false }));

describe('unreadable', () => chaos(plain, { runs: 30, saved: 'nowhere' }));

describe.concurrent('side by side', () => {
  chaos(plain, { runs: 30, seed: 1 });
  chaos(plain, { runs: 30, seed: 2 });
});

describe('too few', () => chaos(plain, { runs: 5 }));

describe('too few, skipped', () => chaos(plain, { runs: 5, onUnknown: 'skip' }));

describe('in this file', () => {
  chaos(scenario({ ...parts, name: 'here', properties: [effectOnce(db.table.t.inserted.by(() => 'the same'))] }), {
    runs: 25,
  });
});

describe('a typo', () => chaos(mistyped, { runs: 30 }));

describe('without an end', () => chaos(looping, { runs: 5 }));

describe('missed', () => chaos(missed, { runs: 30 }));

describe('fake timers', () => {
  beforeAll(() => void vi.useFakeTimers());
  afterAll(() => void vi.useRealTimers());
  chaos(plain, { runs: 5 });
});

describe('pinned', () => {
  const workload = [{ email: 'ann1@example.com' }];
  const twice = '1st arrival of SignedUp#ann1@example.com in signups: comes again after 0 s';
  chaos.pinned('holds though it comes twice', welcome, { workload, faults: [twice] });
  chaos.pinned('fails', welcome, { workload, faults: [twice], variant: 'looks-first' });
  chaos.pinned('was not reached', welcome, {
    workload,
    faults: ['1st delivery of SignedUp#ann2@example.com to greeter: crash on receipt'],
  });
  chaos.pinned('has no such operation', welcome, {
    workload,
    faults: ['1st delivery of SignedUp#ann1@example.com to greeter: crash after call of card.charge'],
  });
  chaos.pinned('names nobody', welcome, { workload, faults: ['clock of greter is 90 s ahead from 0 s to 9 s'] });
  chaos.pinned('says nothing', welcome, { workload: [] });
  chaos.pinned('is no sentence', welcome, { workload, faults: ['all goes wrong'] });
});

/** The others are given 20 ms, which no campaign must notice. */
const limitMs = 60_000;

propertyTest.prop([fc.integer()])(
  'fast-check beside it',
  (n) => {
    expect(n + 1).toBeGreaterThan(n);
  },
  limitMs,
);

test('something else', () => {}, limitMs);
