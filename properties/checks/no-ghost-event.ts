/**
 * X1 no-ghost-event: what was published tells of a row that was committed. Judged after heal and drain: an event that
 * comes shortly before its row's commit is none, one whose row never came is.
 */
import type { Keyed } from '../../sim/selectors.ts';
import type { Property } from '../property.ts';
import { follows } from './follows.ts';
import { checkArguments } from './arguments.ts';

export function noGhostEvent(event: Keyed<unknown>, row: Keyed<unknown>): Property {
  checkArguments('noGhostEvent', { event: [event, 'keyed'], row: [row, 'keyed'] });
  return follows({ id: 'X1', name: 'no-ghost-event', kind: 'safety' }, event, row);
}
