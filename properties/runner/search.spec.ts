import { expect, test } from 'vitest';
import { printFault } from '../../sim/faults/print.ts';
import type { SiteRecord } from '../../sim/faults/site.ts';
import { type Made, Search } from './search.ts';

const DELIVERY = { at: 'delivery', nth: 1, lineage: 'Paid#p1', service: 'billing' } as const;
const sitesOf = (reads: boolean): SiteRecord[] => {
  const moment = DELIVERY;
  const printed = '1st delivery of Paid#p1 to billing';
  const common = { moment, component: 'mq', timeUs: 1000 };
  return [
    { what: 'delivery', ...common, channel: 'payments', isLimited: false },
    {
      what: 'operation',
      ...common,
      printed,
      operation: { nth: 1, phrase: 'ack' },
      class: 'ack',
      broker: 'mq',
      touches: 'mq.payments',
    },
    ...(reads ? [{ what: 'clock', moment, printed, service: 'billing', instance: 1, timeUs: 1000 } as const] : []),
  ];
};

test.each(['guided', 'singles', 'swarm', 'random'] as const)(
  'clocks are set wrong where code reads them, and nowhere else: %s',
  (strategy) => {
    const drawn = (reads: boolean): string[] => {
      const search = new Search(1, strategy, new Set(['clock-skew']));
      const slice = { n: 0, seed: 1, items: [], sites: sitesOf(reads) };
      return [...search.plans(slice, 60)].flatMap(({ plan }) => plan.map(printFault));
    };
    expect(drawn(false)).toEqual([]);
    const found = drawn(true);
    expect(found).toContainEqual(expect.stringMatching(/^clock of billing\/1 is 90 s ahead from /));
    if (strategy !== 'random')
      expect(found).toEqual(
        expect.arrayContaining([
          '1st delivery of Paid#p1 to billing: clock jumps 90 s back on receipt',
          '1st delivery of Paid#p1 to billing: clock jumps 90 s forward before ack',
        ]),
      );
  },
);

test('a window is tried with nothing else before the messages have been struck with everything', () => {
  const sites = ['p1', 'p2'].flatMap((key) =>
    sitesOf(false).map((site) => ({ ...site, moment: { ...DELIVERY, lineage: `Paid#${key}` } }) as SiteRecord),
  );
  const kinds = new Set(['outage', 'deploy', 'crash', 'poison', 'duplicate', 'delay', 'ack-lost']);
  const search = new Search(1, 'guided', kinds);
  const plans = [...search.plans({ n: 0, seed: 1, items: [], sites }, 24)].map(({ plan }) => plan.map(printFault));
  const firstAlone = plans.findIndex(([first, ...others]) => others.length === 0 && / is |^deploy/.test(first ?? ''));
  expect(firstAlone).toBeGreaterThan(0);
  expect(firstAlone).toBeLessThan(6);
  const alone = plans.flatMap(([first, ...others]) => (others.length === 0 && first ? [first] : []));
  expect(alone).toContainEqual(expect.stringMatching(/^mq is (refusing|silent) from /));
  expect(alone).toContainEqual(expect.stringMatching(/^deploy of billing at /));
});

test('a swarm tries every kind that it was given, late arrivals among the delays', () => {
  const sites: SiteRecord[] = ['p1', 'p2'].map((key, n) => ({
    what: 'arrival',
    arrival: { nth: 1, lineage: `Paid#${key}`, channel: 'payments' },
    timeUs: n,
  }));
  const search = new Search(1, 'swarm', new Set(['delay', 'duplicate']));
  const plans = [...search.plans({ n: 0, seed: 1, items: [], sites }, 100)].map(({ plan }) => plan);
  // Where chance takes delays alone, only late arrivals can be struck.
  const alone = plans.filter((plan) => plan.length > 0 && plan.every(({ kind }) => kind === 'late'));
  expect(alone.length).toBeGreaterThan(20);
});

test('a fault is tried behind the one that led to its site, among many others', () => {
  const ack = (service: string, nth: number): SiteRecord => ({
    what: 'operation',
    moment: { at: 'delivery', nth: 1, lineage: 'Paid#p1', service },
    printed: `1st delivery of Paid#p1 to ${service}`,
    operation: { nth, phrase: 'ack' },
    class: 'ack',
    component: 'mq',
    broker: 'mq',
    touches: 'mq.payments',
    timeUs: 5000,
  });
  const sites = Array.from({ length: 60 }, (_, n) => ack('billing', n + 1));
  const search = new Search(1, 'guided', new Set(['ack-lost']));
  const behind: string[][] = [];
  for (let n = 0; n < 8; n++) {
    const plans = search.plans({ n, seed: 1, items: [], sites }, 24);
    for (let next = plans.next(); !next.done; ) {
      const plan = next.value.plan.map(printFault);
      const led = plan.includes('1st delivery of Paid#p1 to billing: ack is lost');
      if (plan.some((sentence) => sentence.includes('redrive'))) behind.push(plan);
      next = plans.next({
        sites: led ? [...sites, ack('redrive', 1)] : sites,
        faults: [],
        entries: [],
        outcome: 'quiet',
      });
    }
  }
  expect(behind).toContainEqual([
    '1st delivery of Paid#p1 to billing: ack is lost',
    '1st delivery of Paid#p1 to redrive: ack is lost',
  ]);
});

test('of several faults those on the same message led to a site', () => {
  const of = (key: string, service: string): SiteRecord => ({
    what: 'operation',
    moment: { at: 'delivery', nth: 1, lineage: `Paid#${key}`, service },
    printed: `1st delivery of Paid#${key} to ${service}`,
    operation: { nth: 1, phrase: 'ack' },
    class: 'ack',
    component: 'mq',
    broker: 'mq',
    touches: 'mq.payments',
    timeUs: 5000,
  });
  const sites = ['p1', 'p2', 'p3'].map((key) => of(key, 'billing'));
  const search = new Search(1, 'guided', new Set(['ack-lost', 'delay']));
  const plans = search.plans({ n: 0, seed: 1, items: [], sites }, 24);
  const behind: string[][] = [];
  for (let next = plans.next(); !next.done; ) {
    const plan = next.value.plan.map(printFault);
    if (plan.some((sentence) => sentence.includes('redrive'))) behind.push(plan);
    const revealed = plan.length > 1 ? [...sites, of('p2', 'redrive')] : sites;
    next = plans.next({ sites: revealed, faults: [], entries: [], outcome: 'quiet' });
  }
  expect(behind.length).toBeGreaterThan(0);
  for (const plan of behind) expect(plan.join()).not.toMatch(/#p[13]/);
});

test('two handlers that only a fault brought together are reversed, with that fault', () => {
  const commit = (service: string): SiteRecord => ({
    what: 'operation',
    moment: { at: 'delivery', nth: 1, lineage: 'Paid#p1', service },
    printed: `1st delivery of Paid#p1 to ${service}`,
    operation: { nth: 1, phrase: 'commit on db' },
    class: 'commit',
    component: 'db',
    broker: 'mq',
    touches: 'db.paid/1',
    timeUs: 5000,
  });
  const sites = sitesOf(false);
  const search = new Search(1, 'guided', new Set(['ack-lost', 'hold']));
  const plans = search.plans({ n: 0, seed: 1, items: [], sites }, 24);
  const reversed: string[][] = [];
  for (let next = plans.next(); !next.done; ) {
    const { plan } = next.value;
    if (plan.some(({ kind }) => kind === 'hold')) reversed.push(plan.map(printFault));
    const faults = plan.map((data) => ({ data, tookEffect: true, reached: true }));
    const revealed = plan.length > 0 ? [...sites, commit('billing'), commit('ledger')] : sites;
    next = plans.next({ sites: revealed, faults: faults as never, entries: [], outcome: 'quiet' });
  }
  expect(reversed[0]).toEqual([
    '1st delivery of Paid#p1 to billing: ack is lost',
    expect.stringMatching(/^1st delivery of Paid#p1 to billing: commit on db .*1st delivery of Paid#p1 to ledger/),
  ]);
});

test('what a process does behind its ack only because of a fault is tried at once: it dies there, with that fault', () => {
  const [delivery, ack] = sitesOf(false) as [SiteRecord, SiteRecord];
  const publish = {
    ...ack,
    operation: { nth: 1, phrase: 'publish of Booked to mq' },
    class: 'publish',
  } as SiteRecord;
  const data = {
    kind: 'store-error',
    site: { moment: DELIVERY, operation: { nth: 1, phrase: 'put into db.paid' } },
  } as const;
  const other = { ...data, site: { ...data.site, moment: { ...DELIVERY, lineage: 'Paid#p2' } } };
  const behind = (isDrawn: boolean, made: Partial<Made>): string[] => {
    const search = new Search(1, 'guided', new Set(['crash', 'duplicate']));
    const plans = search.plans({ n: 0, seed: 1, items: [], sites: [delivery, ack] }, 24);
    for (let next = plans.next(); !next.done; next = plans.next(undefined)) {
      if ((next.value.rule !== undefined) !== isDrawn) continue;
      const faults = [data, other].map((each) => ({ data: each, tookEffect: true })) as never;
      const then = plans.next({
        sites: [delivery, ack, publish],
        faults,
        entries: [],
        outcome: 'quiet' as never,
        ...made,
      });
      return then.done ? [] : then.value.plan.map(printFault);
    }
    return [];
  };
  const dies = '1st delivery of Paid#p1 to billing: crash between ack and its answer';
  expect(behind(true, {})).toEqual([expect.stringContaining('put into db.paid fails'), expect.stringContaining(dies)]);
  expect(behind(true, { sites: [delivery, ack] })).not.toContainEqual(expect.stringContaining('put into'));
  expect(behind(false, {}).at(-1)).toContain(dies);
});

test('what a drawn run shows elsewhere than behind an ack is not followed: far too much led there', () => {
  const [delivery, ack] = sitesOf(false) as [SiteRecord, SiteRecord];
  const publish = { ...ack, operation: { nth: 1, phrase: 'publish of Booked to mq' }, class: 'publish' } as SiteRecord;
  const site = { moment: DELIVERY, operation: { nth: 1, phrase: 'put into db.paid' } };
  const faults = [{ data: { kind: 'store-error', site }, tookEffect: true }] as never;
  const search = new Search(1, 'guided', new Set(['crash', 'duplicate', 'ack-lost']));
  const followed = (isDrawn: boolean): boolean => {
    const plans = search.plans({ n: 0, seed: 1, items: [], sites: [delivery, ack] }, 60);
    let isFollowed = false;
    for (let next = plans.next(); !next.done; ) {
      const { turn, rule } = next.value;
      isFollowed ||= turn === 'follow';
      next = plans.next(
        (rule !== undefined) === isDrawn
          ? { sites: [delivery, publish, ack], faults, entries: [], outcome: 'quiet' }
          : undefined,
      );
    }
    return isFollowed;
  };
  expect([followed(true), followed(false)]).toEqual([false, true]);
});
