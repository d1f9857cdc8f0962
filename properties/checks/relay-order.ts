/**
 * X3 relay-order: for each aggregate the events are published in the order in which their rows were committed. First
 * publishes count: a relay that is not sure publishes again.
 */
import type { Keyed } from '../../sim/selectors.ts';
import type { Property } from '../property.ts';
import { inOrder } from './in-order.ts';
import { checkArguments } from './arguments.ts';

export function relayOrder<R>(row: Keyed<R>, event: Keyed<unknown>, aggregateOf: (row: R) => string): Property {
  checkArguments('relayOrder', {
    row: [row, 'keyed'],
    event: [event, 'keyed'],
    aggregateOf: [aggregateOf, 'function'],
  });
  const what = { id: 'X3', name: 'relay-order', kind: 'safety', before: 'which was committed' } as const;
  return inOrder(what, row, event, aggregateOf);
}
