/** O4 effect-order: for each key (a customer, an aggregate) the first effects happen in the order of sending. */
import type { Keyed } from '../../sim/selectors.ts';
import type { Property } from '../property.ts';
import { inOrder } from './in-order.ts';
import { checkArguments } from './arguments.ts';

export function effectOrder<T>(sent: Keyed<T>, effect: Keyed<unknown>, perKey: (value: T) => string): Property {
  checkArguments('effectOrder', { sent: [sent, 'keyed'], effect: [effect, 'keyed'], perKey: [perKey, 'function'] });
  return inOrder({ id: 'O4', name: 'effect-order', kind: 'safety', before: 'which was sent' }, sent, effect, perKey);
}
