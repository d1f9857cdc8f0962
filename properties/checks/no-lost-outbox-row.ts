/** X2 no-lost-outbox-row: a committed outbox row is published in the end. */
import type { Keyed } from '../../sim/selectors.ts';
import type { Property } from '../property.ts';
import { follows } from './follows.ts';
import { checkArguments } from './arguments.ts';

export function noLostOutboxRow(row: Keyed<unknown>, event: Keyed<unknown>): Property {
  checkArguments('noLostOutboxRow', { row: [row, 'keyed'], event: [event, 'keyed'] });
  return follows({ id: 'X2', name: 'no-lost-outbox-row', kind: 'liveness' }, row, event);
}
