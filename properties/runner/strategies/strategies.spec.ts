import { describe, expect, test } from 'vitest';
import { parseFault } from '../../../sim/faults/parse.ts';
import { printFault } from '../../../sim/faults/print.ts';
import type { FaultData } from '../../../sim/faults/fault.ts';
import type { OperationClass, SiteRecord } from '../../../sim/faults/site.ts';
import { KeyedRandom } from '../../../sim/kernel/random.ts';
import { type Candidate, candidatesOf, UNGUARDED, windowsOf } from '../candidates.ts';
import { addParent, nothingKnown } from '../knowledge.ts';
import { racesOf } from '../races.ts';
import { Dice } from './dice.ts';
import { guided } from './guided.ts';
import { lateWrites } from './late-writes.ts';
import { meetings } from './meetings.ts';
import { novelty } from './novelty.ts';
import { races, racesSpread } from './races.ts';
import { gently, MILD, spread } from './spread.ts';
import { storms } from './storms.ts';
import type { View } from './strategy.ts';
import { tempests } from './tempests.ts';

const KINDS = new Set(['crash', 'ack-lost', 'delay', 'outage']);

function site(item: string, phrase: string, of: 'ack' | 'commit', at = 0): SiteRecord {
  const moment = { at: 'delivery', nth: 1, lineage: `Paid#${item}`, service: 'billing' } as const;
  return {
    what: 'operation',
    moment,
    printed: `1st delivery of Paid#${item} to billing`,
    operation: { nth: 1, phrase },
    class: of,
    component: 'mq',
    broker: 'mq',
    timeUs: at,
    touches: '',
  };
}

function viewOf(sites: readonly SiteRecord[], kinds: ReadonlySet<string> = KINDS): View {
  const known = nothingKnown();
  const windows = windowsOf(sites, kinds);
  return {
    kinds,
    slice: { n: 0, seed: 1, items: [], sites },
    candidates: [...candidatesOf(sites, kinds), ...windows],
    windows,
    races: [],
    revealed: sites,
    leads: new Map(),
    meetings: new Map(),
    known,
    isMine: () => true,
    dice: new Dice(new KeyedRandom(1), known),
  };
}

const SITES = ['p1', 'p2', 'p3', 'p4'].flatMap((item) => [
  site(item, 'commit on db', 'commit'),
  site(item, 'ack', 'ack'),
]);
const ARRIVALS: readonly SiteRecord[] = ['p1', 'p2'].map((item, timeUs) => ({
  what: 'arrival',
  arrival: { nth: 1, lineage: `Paid#${item}`, channel: 'payments' },
  timeUs,
}));

test('of what a service does on its own the first round of a class is struck first', () => {
  const rounds = Array.from({ length: 20 }, (_, n): SiteRecord => {
    const operation = { nth: n + 1, phrase: 'scan of db.outbox' };
    const moment = { at: 'work', service: 'relay' } as const;
    return {
      ...site('p1', 'scan of db.outbox', 'commit', n),
      moment,
      printed: 'work of relay',
      operation,
    } as SiteRecord;
  });
  const at = viewOf(rounds, new Set(['crash', 'delay', 'pause']));
  const first = Array.from({ length: 4 }, () => spread(at)?.plan.map(printFault)).flat();
  expect(first.length).toBeGreaterThan(3);
  for (const sentence of first) expect(sentence).not.toMatch(/\d(rd|th) scan/);
});

test('half of the storms fall into a window', () => {
  const at = viewOf(SITES);
  const plans = Array.from({ length: 20 }, () =>
    storms(at)
      ?.plan.map(({ kind }) => kind)
      .join(),
  );
  expect(new Set(plans)).toEqual(new Set(['', 'outage']));
});

describe('races', () => {
  const commits = SITES.map((each) => ({ ...each, touches: 'db.paid/1 db.paid/2' }));
  const view = (): View => ({ ...viewOf(commits), races: racesOf(commits) });

  test('one alone, of a class that was tried least', () => {
    const at = view();
    const plan = races(at)?.plan ?? [];
    expect(plan.filter(({ kind }) => kind === 'hold')).toHaveLength(1);
    expect([...at.known.raced.values()]).toEqual([1]);
  });

  test('spread out: never two on one row, and not on all rows each time', () => {
    const at = view();
    const sizes = Array.from({ length: 12 }, () => racesSpread(at)?.plan.length);
    expect(new Set(sizes)).toEqual(new Set([1, 2]));
  });

  test('a write too late for a read: alone, of the next of kin three times before one that is two messages farther', () => {
    const step = (lineage: string, phrase: string, of: OperationClass): SiteRecord => ({
      what: 'operation',
      moment: { at: 'delivery', nth: 1, lineage, service: 'orders' },
      printed: lineage,
      operation: { nth: 1, phrase },
      class: of,
      component: 'db',
      broker: 'mq',
      timeUs: 0,
      touches: 'db.orders/o1',
    });
    const [near, far] = ['Placed#1/Asked#1/Answered#1', 'Other#1/Asked#1/Answered#1'];
    const read = step('Placed#1/TimedOut#1', 'get from db.orders', 'statement');
    const sites = [step(near, 'commit on db', 'commit'), step(far, 'commit on db', 'commit'), read];
    const at: View = { ...viewOf(sites), races: racesOf(sites) };
    const holdOf = (lineage: string) =>
      at.races.find(({ rank, fault }) => rank === 0 && JSON.stringify(fault).includes(`"${lineage}"`))?.fault;
    const held = Array.from({ length: 12 }, () => JSON.stringify(lateWrites(at)?.plan));
    const holds = (lineage: string): string => JSON.stringify([holdOf(lineage)]);
    expect(held.slice(0, 3)).toEqual([holds(near), holds(near), holds(near)]);
    expect(new Set(held)).toEqual(new Set([holds(near), holds(far)]));
    expect(lateWrites({ ...at, races: racesOf(commits) })).toBeUndefined();
  });

  test('a meeting is made again with what led to it and a hold, and once only', () => {
    const [race] = racesOf(commits);
    const led: FaultData = { kind: 'outage', component: 'mq', mode: 'silent', fromUs: 0, toUs: 1 };
    if (!race) throw new Error('no race');
    const at: View = { ...viewOf(SITES), meetings: new Map([[race.class, { plan: [led], race }]]) };
    expect(meetings(at)).toMatchObject({ strategy: 'races', plan: [led, race.fault] });
    expect(meetings(at)).toBeUndefined();
  });
});

describe('spread', () => {
  test('strikes each message once, or beside a mild fault, and tries every class before any a third time', () => {
    const view = viewOf(SITES);
    const isMild = ({ fault }: Candidate): boolean => MILD.has(fault.kind);
    const [mild, others] = [view.candidates.filter(isMild), view.candidates.filter((each) => !isMild(each))].map(
      (some) => new Set(some.map((each) => each.class)),
    ) as [Set<string>, Set<string>];
    for (let n = 0; n < 40; n++) {
      const struck = spread(view)?.plan.map((fault) => {
        const strikes = view.candidates.find((each) => each.fault === fault)?.strikes;
        return `${MILD.has(fault.kind) ? 'mildly ' : ''}${strikes}`;
      });
      expect(new Set(struck).size).toBe(struck?.length);
      for (const classes of [mild, others]) {
        const times = [...classes].map((of) => view.known.tried.get(of) ?? 0);
        if (times.includes(0)) expect(Math.max(...times)).toBeLessThan(3);
      }
    }
    expect(new Set(view.known.tried.keys())).toEqual(new Set([...mild, ...others]));
  });

  test('puts a mild fault beside another one on the same message', () => {
    const view = viewOf(SITES);
    const plan = spread(view)?.plan ?? [];
    const strikesOf = (isMild: boolean): Set<string | undefined> => {
      const some = plan.filter(({ kind }) => MILD.has(kind) === isMild);
      return new Set(some.map((fault) => view.candidates.find((each) => each.fault === fault)?.strikes));
    };
    expect([...strikesOf(true)].filter((strikes) => strikesOf(false).has(strikes)).length).toBeGreaterThan(0);
  });

  test('keeps a message that has what few others have for that', () => {
    const view = viewOf([site('p4', 'publish of Parked to mq', 'commit'), ...SITES]);
    const first = spread(view)?.plan.map(printFault) ?? [];
    const kept = first.filter((sentence) => sentence.includes('#p4 '));
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.filter((sentence) => !sentence.includes('publish of Parked'))).toEqual([]);
  });

  test('strikes what a service does on its own once, mildly or not', () => {
    const work = { at: 'work', service: 'relay' } as const;
    const rounds = SITES.map((each) => ({ ...each, moment: work, printed: 'work of relay' }) as SiteRecord);
    const view = viewOf(rounds);
    for (let n = 0; n < 10; n++) {
      const struck = spread(view)?.plan.map((fault) => view.candidates.find((each) => each.fault === fault)?.strikes);
      expect(new Set(struck).size).toBe(struck?.length);
    }
  });

  test('gently strikes no process', () => {
    const view = viewOf(SITES);
    const kinds = Array.from({ length: 10 }, () => gently(view)?.plan.map(({ kind }) => kind)).flat();
    expect(new Set(kinds)).toEqual(new Set(['ack-lost', 'delay']));
  });
});

test('storms are of each kind in turn, alone at first, and of nothing that lasts', () => {
  const view = viewOf(SITES);
  const kinds = Array.from({ length: 6 }, () => storms(view)?.rule?.kinds);
  expect(kinds.map((each) => each?.length)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(new Set(kinds.slice(0, 3).flat())).toEqual(new Set(['crash', 'ack-lost', 'delay']));
  expect(new Set(kinds.slice(3).flat())).toEqual(new Set(['crash', 'ack-lost', 'delay']));
  view.known.stormed.clear();
  for (const kind of ['crash', 'ack-lost', 'delay']) view.known.kindsStruck.set(kind, 9);
  view.known.kindsPaid.set('delay', 5);
  expect(storms(view)?.rule?.kinds).toEqual(['delay']);
});

test('tempests are of all kinds at once, each of them another, now and then in a window', () => {
  const view = viewOf(SITES);
  const all = Array.from({ length: 8 }, () => tempests(view));
  for (const each of all) expect(new Set(each?.rule?.kinds)).toEqual(KINDS);
  expect(new Set(all.map((each) => each?.rule?.salt)).size).toBe(8);
  expect(new Set(all.map((each) => each?.plan.length))).toEqual(new Set([0, 1]));
  expect(view.known.stormed.get('crash')).toBeUndefined();
});

describe('novelty', () => {
  test('breeds from a run of another workload: its faults on the items of this one, and one change', () => {
    const view = viewOf([...ARRIVALS, ...SITES]);
    const plan = [parseFault('1st delivery of Paid#a to billing: ack is lost')];
    const next = [parseFault('2nd delivery of Paid#a to billing: crash before ack')];
    addParent(view.known, 'run', { plan, next, items: ['a', 'b'] });
    const children = Array.from({ length: 30 }, () => novelty(view)?.plan.map(printFault) ?? []);
    expect(children).toContainEqual([
      '1st delivery of Paid#p1 to billing: ack is lost',
      '2nd delivery of Paid#p1 to billing: crash before ack',
    ]);
    expect(children.flat().join()).not.toContain('Paid#a ');
    for (const child of children) expect(child.length).toBeGreaterThan(0);
    expect(view.known.bred.get('run')).toBe(30);
  });

  test('breeds from those first that were bred from least', () => {
    const view = viewOf([...ARRIVALS, ...SITES]);
    const of = (sentence: string) => ({ plan: [parseFault(sentence)], next: [], items: ['p1', 'p2'] });
    addParent(view.known, 'old', of('mq is refusing from 1 s to 2 s'));
    view.known.bred.set('old', 1);
    addParent(view.known, 'new', of('mq is silent from 1 s to 2 s'));
    expect(novelty(view)?.plan[0]).toMatchObject({ mode: 'silent' });
    expect(novelty(viewOf(SITES))).toBeUndefined();
  });
});

describe('guided', () => {
  const reads = { ...site('p9', 'get from db', 'commit'), class: 'statement', touches: 'db.paid/1' } as SiteRecord;
  const touching = [...SITES.map((each) => ({ ...each, touches: 'db.paid/1' })), reads];
  const turns = (pays: string | undefined): Map<string, number> => {
    const view = { ...viewOf([...ARRIVALS, ...SITES]), races: racesOf(touching) };
    const { known } = view;
    for (let n = 0; n < 1200; n++) {
      const turn = guided(view)?.turn ?? '';
      if (turn === pays) known.paid.set(turn, (known.paid.get(turn) ?? 0) + 1);
    }
    return known.turns;
  };

  test('gives each strategy turns, whatever it finds', () => {
    const all =
      'spread tempests windows storms gently singles swarm random lateWrites racesSpread races breakdowns'.split(' ');
    for (const turn of all) expect(turns(undefined).get(turn)).toBeGreaterThan(0);
  });

  test('kills behind an ack at once, three times, and then as others are struck', () => {
    const view = viewOf([...ARRIVALS, ...SITES]);
    const [candidate] = candidatesOf(SITES, new Set(['crash'])).map((each) => ({ ...each, rank: UNGUARDED }));
    if (!candidate) throw new Error('no candidate');
    const isIt = (): boolean => {
      view.leads.set(candidate.class, { plan: [parseFault('mq is silent from 1 s to 2 s')], candidate });
      return guided(view)?.plan.at(-1) === candidate.fault;
    };
    expect(Array.from({ length: 5 }, isIt)).toEqual([true, true, true, false, false]);
  });

  test('gives more of them to one whose runs show what is new', () => {
    for (const turn of ['storms', 'gently', 'random'])
      expect((turns(turn).get(turn) ?? 0) / (turns(undefined).get(turn) ?? 1)).toBeGreaterThan(1.5);
  });
});
