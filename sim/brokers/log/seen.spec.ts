/** What a property names of a log is what the history calls so. */
import { expect, test } from 'vitest';
import { pick } from '../../selectors.ts';
import { logBroker } from './component.ts';

const log = logBroker('log', { topics: { orders: { partitions: 1 } } });

test.each([
  [log.committed('orders'), 'offsetsCommitted'],
  [log.assigned('orders'), 'assigned'],
  [log.revoked('orders'), 'revoked'],
  [log.lost('orders'), 'lost'],
  [log.aborted('orders'), 'aborted'],
])('%o picks entries of the kind %s', (selector, kind) => {
  const data = { component: 'log', channels: ['orders'], value: 1 };
  const entry = { n: 0, timeUs: 0, process: 'log', kind, data, causes: [] };
  expect(pick(selector as never, entry)).toMatchObject({ value: 1 });
  expect(pick(selector as never, { ...entry, kind: 'other' })).toBeUndefined();
});
