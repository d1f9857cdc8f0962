/** An event reaches a subscriber: the moment that its handling is begins here, and faults "on receipt" strike. */
import type { Happened } from '../../history/history.ts';
import { ownCopy } from '../../history/freeze.ts';
import { type Context, takeUp } from '../../kernel/context.ts';
import { strikeProcess } from '../../services/strike.ts';
import type { StoreConnection } from './connection.ts';
import { categoryOf, type Recorded, type Stored } from './log.ts';

export function observe(
  { runtime, process }: StoreConnection,
  { recorded, lineage, entry }: Stored,
  next: (recorded: Recorded<unknown>) => void,
): void {
  const { simulation } = runtime;
  const { book, world } = simulation;
  const nth = simulation.count(`delivery ${process.service} ${lineage}`);
  const ref = { at: 'delivery', nth, lineage, service: process.service } as const;
  const moment = simulation.moment(ref, lineage, [], runtime.name);
  const site = {
    what: 'delivery',
    moment: ref,
    channel: categoryOf(recorded.stream),
    component: runtime.name,
    isLimited: false,
    isStored: true,
    timeUs: world.nowUs,
  } as const;
  simulation.sites?.push(site);
  const drawn = book.rule?.atDelivery(site, moment.hash, world.draws);
  const faults = drawn ? [...moment.faults, book.drawn(drawn)] : moment.faults;
  const data: Happened = {
    component: runtime.name,
    channels: [recorded.stream],
    value: recorded,
    about: { lineage, nth, service: process.service },
  };
  moment.causes = [simulation.record(process.label, 'observed', data, [entry])];
  world.changed();
  for (const fault of faults) {
    if ('place' in fault.data && fault.data.place.gap === 'receipt') strikeProcess(process, moment, fault);
  }
  if (!process.alive) return;
  const context: Context = { world, actor: process, moment };
  world.enterContext(context, () => next(handed(recorded, context)));
}

/** The subscriber's own copy. Reading the event means to work for it from here on, whoever's code it is that reads. */
function handed({ event, ...place }: Recorded<unknown>, context: Context): Recorded<unknown> {
  let copy: unknown;
  return {
    ...place,
    get event() {
      takeUp(context);
      copy ??= ownCopy(event);
      return copy;
    },
  };
}
