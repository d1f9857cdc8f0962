import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRoute, START, TABS, VIEWS, writeRoute, ZOOM_MAX } from './route.ts';

const picks = fc
  .uniqueArray(fc.tuple(fc.string({ unit: 'grapheme' }), fc.constantFrom('in', 'out')), { selector: ([name]) => name })
  .map((pairs) => new Map(pairs as [string, 'in' | 'out'][]));

const routes = fc.record({
  view: fc.constantFrom(...VIEWS),
  of: fc.string(),
  tab: fc.constantFrom(...TABS),
  event: fc.option(fc.nat(), { nil: undefined }),
  lanes: picks,
  kinds: picks,
  types: picks,
  ids: picks,
  text: fc.string({ unit: 'grapheme' }),
  cone: fc.boolean(),
  trueTime: fc.boolean(),
  zoom: fc.integer({ min: -ZOOM_MAX, max: ZOOM_MAX }),
  original: fc.boolean(),
});

test('a link restores everything', () => {
  fc.assert(
    fc.property(routes, (route) => {
      // An event alone means the failure that it is of, as the design links to it.
      fc.pre(route.view !== 'overview' || route.event === undefined);
      expect(readRoute(writeRoute(route))).toEqual(route);
    }),
  );
});

test('an id alone, an event alone, and nonsense', () => {
  expect(readRoute('#payments-correct-D1')).toMatchObject({ view: 'failure', of: 'payments-correct-D1' });
  expect(readRoute('#event=5')).toMatchObject({ view: 'failure', event: 5 });
  expect(readRoute('#view=nonsense&tab=x&zoom=1e9&event=x&lane=')).toEqual({
    ...START,
    zoom: ZOOM_MAX,
    lanes: new Map([['', 'in']]),
  });
  expect(readRoute('')).toEqual(START);
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readRoute(text)));
});
