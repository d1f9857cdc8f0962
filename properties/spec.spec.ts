import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EddyError } from '../sim/errors.ts';
import { atEnd, effectOnce, queueBroker, scenario, service, tables } from '../index.ts';
import { isScenario } from './scenario.ts';

const mq = queueBroker('mq', { queues: { orders: {} } });
const db = tables<{ taken: { id: string } }>('db', { taken: { key: 'id' } });
const workload = {
  item: fc.record({ id: fc.uuid() }),
  key: (order: { id: string }) => order.id,
  uses: { mq },
  send: () => Promise.resolve(),
};
const taker = service('taker', { mq }, () => {});
const right = {
  name: 'shop',
  services: { taker },
  workload,
  properties: [atEnd('fine', () => true as const), effectOnce(db.table.taken.inserted.by((row) => row.id))],
  variants: { wrong: { breaks: 'fine', because: 'it is wrong', services: { taker } } },
  faults: { without: { crash: 'it never does' }, assumes: ['disks keep what they are given'] },
};

const made = (spec: unknown): unknown => scenario(spec as typeof right);

test.each([
  ['nothing', null, 'scenario wants an object'],
  ['a list', [], 'scenario wants an object'],
  ['no name', { ...right, name: '' }, 'wants a name'],
  ['a name that is a number', { ...right, name: 5 }, 'wants a name'],
  ['no services', { ...right, services: undefined }, 'Scenario shop: `services` must be'],
  ['a service that is none', { ...right, services: { taker: 5 } }, '`services.taker` is no service'],
  ['one by hand', { ...right, services: { taker: { name: 'a', start: () => {} } } }, '`services.taker.uses` must be'],
  ['no workload', { ...right, workload: null }, '`workload` must be'],
  [
    'an item by hand',
    { ...right, workload: { ...workload, item: { id: 'a' } } },
    '`workload.item` must be an arbitrary',
  ],
  ['no key', { ...right, workload: { ...workload, key: 'id' } }, '`workload.key` must be'],
  ['no send', { ...right, workload: { ...workload, send: undefined } }, '`workload.send` must be'],
  ['a component that is none', { ...right, workload: { ...workload, uses: { mq: 5 } } }, '`workload.uses.mq` is no'],
  ['too many items', { ...right, workload: { ...workload, count: [1, 1e9] } }, '`workload.count` must be'],
  ['a range that is none', { ...right, workload: { ...workload, count: [Number.NaN, 2] } }, '`workload.count` must be'],
  ['a range from behind', { ...right, workload: { ...workload, count: [5, 1] } }, '`workload.count` must be'],
  ['one property', { ...right, properties: right.properties[0] }, '`properties` must be a list'],
  ['a property that is none', { ...right, properties: [null] }, '`properties[0]` is no property'],
  ['one without a name', { ...right, properties: [{ id: 'a', start: () => ({}) }] }, '`properties[0].name` must be'],
  ['one that never begins', { ...right, properties: [{ id: 'a', name: 'a' }] }, '`properties[0].start` must be'],
  ['a variant that is none', { ...right, variants: { wrong: null } }, '`variants.wrong` must be'],
  ['one of nothing', { ...right, variants: { wrong: { breaks: 'fine' } } }, '`variants.wrong.services` must be'],
  ['no reason', { ...right, faults: { without: { crash: 5 } } }, '`faults.without` must be'],
  ['one assumption', { ...right, faults: { assumes: 'all' } }, '`faults.assumes` must be'],
  ['a slip', { ...right, variant: {} }, '`scenario` knows no `variant`; the nearest that it knows is `variants`'],
  ['one in the workload', { ...right, workload: { ...workload, counts: [1, 2] } }, '`workload` knows no `counts`'],
  ['one in a variant', { ...right, variants: { wrong: { ...right.variants.wrong, because_: '' } } }, 'no `because_`'],
  ['one in the faults', { ...right, faults: { witout: {} } }, '`faults` knows no `witout`'],
  ['no kind of fault', { ...right, faults: { without: { crashes: 'never' } } }, 'nearest that it knows is `crash`'],
])('%s is told where the scenario is made', (_, spec, sentence) => {
  expect(() => made(spec)).toThrow(EddyError);
  expect(() => made(spec)).toThrow(sentence);
});

test('what else a scenario, its workload or a variant holds is its maker’s', () => {
  const wrong = { ...right.variants.wrong, ticket: 'A-1' };
  expect(() =>
    made({ ...right, owner: 'me', workload: { ...workload, helper: 1, tags: [] }, variants: { wrong } }),
  ).not.toThrow();
});

describe('a scenario', () => {
  test('is what `scenario` has made, and what somebody has changed of it', () => {
    const shape = made(right);
    expect([isScenario(shape), isScenario({ ...(shape as object), name: 'other' })]).toEqual([true, true]);
  });

  test.each([
    ['what has the same fields', { name: 'a', workload: 1, wrong: 2, properties: 3 }],
    [
      'a proxy that lets nobody look',
      new Proxy(
        {},
        {
          has: () => {
            throw new Error('no');
          },
        },
      ),
    ],
    ['null', null],
    ['a function', () => {}],
  ])('is not %s', (_, value) => {
    expect(isScenario(value)).toBe(false);
  });
});
