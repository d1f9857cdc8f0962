/** Sites that are alike have the same classes of faults, whatever befell the run: the search looks at one of them for all. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { builtIn } from '../../scenarios/built-in.fixture.ts';
import type { MomentRef } from '../../sim/faults/fault.ts';
import type { Membership } from '../../sim/faults/log-fault.ts';
import type { OperationClass, SiteRecord } from '../../sim/faults/site.ts';
import { inWorlds } from '../../sim/simulate.ts';
import { kindsOf, MODELLED_KINDS, systemOf } from '../scenario.ts';
import { type Beside, besideOf, candidatesAt, likenessOf } from './candidates.ts';
import { execute } from './execute.ts';
import { makeSlice } from './slice.ts';

const RUNS = 3;

const told = (site: SiteRecord, beside: Beside, kinds: ReadonlySet<string>): string =>
  candidatesAt(site, beside, kinds)
    .map(({ class: of, base, rank }) => `${of} ${base} ${rank}`)
    .join('\n');

test.each(builtIn.map((shape) => [shape.name, shape] as const))('%s', async (_, shape) => {
  const kinds = new Set(kindsOf(shape));
  const classes = new Map<string, string>();
  let times = 0;
  await inWorlds(async () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const { items } = makeSlice(shape, seed, 0);
      const rule = { p: 0.1, kinds: [...kinds], salt: seed, untilUs: Infinity };
      const given = { seed, items, plan: [], ...(seed > 1 && { rule }) };
      const { record } = await execute(systemOf(shape, 'correct'), [], given, { recordSites: true });
      const beside = besideOf(record.sites);
      for (const site of record.sites) {
        const at = told(site, beside, kinds);
        const likeness = likenessOf(site, beside);
        expect(classes.get(likeness) ?? at, likeness).toBe(at);
        classes.set(likeness, at);
        times++;
      }
    }
  });
  expect(classes.size).toBeLessThan(times / 2);
});

const CLASSES: OperationClass[] = [
  'publish',
  'ack',
  'commit',
  'statement',
  'call',
  'offsets',
  'transaction',
  'declare',
];
const oneOf = <T>(...all: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...all);
const moment = oneOf<MomentRef & { at: 'delivery' }>(
  { at: 'delivery', nth: 1, lineage: 'Paid#p1', service: 'billing' },
  { at: 'delivery', nth: 3, lineage: 'Paid#p1', service: 'billing' },
  { at: 'delivery', nth: 1, lineage: 'Paid#p1', service: 'redrive' },
);
const operation = fc.record({
  what: fc.constant('operation' as const),
  moment: fc.oneof<fc.Arbitrary<MomentRef>[]>(
    moment,
    oneOf({ at: 'work', service: 'billing' }, { at: 'send', nth: 1, item: 'p1' }),
  ),
  printed: fc.constant('this'),
  operation: fc.record({ nth: oneOf(1, 2, 3), phrase: oneOf('ack', 'commit on db') }),
  class: oneOf(...CLASSES),
  component: oneOf('mq', 'db'),
  broker: oneOf('mq', undefined),
  isUpgradable: fc.boolean(),
  halfOpens: fc.boolean(),
  connection: oneOf('db', undefined as never),
  mayConflict: fc.boolean(),
  mayStayUnknown: fc.boolean(),
  waysOut: oneOf<Membership['by'][]>([], ['session']),
  elections: oneOf<('clean' | 'unclean')[]>([], ['clean'], ['clean', 'unclean']),
  timeUs: fc.constant(0),
  touches: fc.constant(''),
}) as unknown as fc.Arbitrary<SiteRecord>;
const arrival = fc.record({
  what: fc.constant('arrival' as const),
  arrival: fc.record({ nth: oneOf(1, 2, 3), channel: oneOf('payments', 'charges'), lineage: fc.constant('Paid#p1') }),
  isStored: fc.boolean(),
  isLogged: fc.boolean(),
  timeUs: fc.constant(0),
}) as unknown as fc.Arbitrary<SiteRecord>;
const delivery = fc.record({
  what: fc.constant('delivery' as const),
  moment,
  channel: oneOf('payments', 'charges'),
  component: oneOf('mq', 'log'),
  isLimited: fc.boolean(),
  isStored: fc.boolean(),
  timeUs: fc.constant(0),
}) as unknown as fc.Arbitrary<SiteRecord>;

test.each([
  ['operations', operation],
  ['arrivals', arrival],
  ['deliveries', delivery],
])('%s that differ in one thing alone are not alike where that makes another class', (_, sites) => {
  const kinds = new Set<string>(MODELLED_KINDS);
  const changed = fc.tuple(sites, sites, fc.nat()).map(([one, other, n]): [SiteRecord, SiteRecord] => {
    const name = Object.keys(one)[n % Object.keys(one).length] as keyof SiteRecord;
    return [one, { ...one, [name]: other[name] }];
  });
  const besides = fc.record({ next: oneOf(undefined, 'ack', 'commit on db'), reads: fc.boolean() });
  fc.assert(
    fc.property(changed, besides, besides, ([one, other], first, second) => {
      const besideOf = (site: SiteRecord, { next, reads }: typeof first): Beside => ({
        followers: new Map(next === undefined ? [] : [[site, next]]),
        readers: new Set(reads ? ['this', '1st delivery of Paid#p1 to billing'] : []),
      });
      const [a, b] = [besideOf(one, first), besideOf(other, second)];
      if (likenessOf(one, a) === likenessOf(other, b)) expect(told(other, b, kinds)).toBe(told(one, a, kinds));
    }),
    { numRuns: 4000 },
  );
});
