/** Views as they are often built: each forgets an event, counts one twice, or believes the wrong clock. */
import { concat, defer, takeWhile } from 'rxjs';
import type { Service, Variant } from '../../index.ts';
import { groupOf, held, projectionWith, show, shown, type ViewPorts } from './projection.ts';
import type { OrderEvent } from './system.ts';

type Wrong = Record<string, Variant<{ projection: Service }>>;

/** The view first, then how far it has come. */
const twoTransactions = projectionWith({
  async project(happening, generation, { db }) {
    const checkpoint = await db.transaction(held);
    if (checkpoint.generation !== generation) return false;
    if (happening.offset < checkpoint.offset) return true;
    const eventId = (await db.transaction((tx) => show(tx, happening))) ?? checkpoint.eventId;
    await db.transaction((tx) => tx.put('checkpoints', { ...checkpoint, offset: happening.offset + 1n, eventId }));
    return true;
  },
});

/** What bears the latest time is the latest. */
const latestWins = projectionWith({
  project: (happening, generation, { db }) =>
    db.transaction(async (tx) => {
      const checkpoint = await held(tx);
      if (checkpoint.generation !== generation) return false;
      if (happening.offset < checkpoint.offset) return true;
      const { id, body } = happening.message;
      const before = await tx.get('view', body.orderId);
      const isNew = await tx.insertIfAbsent('seen', { eventId: id });
      if (isNew && (!before || before.at <= body.at)) await tx.put('view', shown(before, id, body));
      const eventId = isNew ? id : checkpoint.eventId;
      await tx.put('checkpoints', { ...checkpoint, offset: happening.offset + 1n, eventId });
      return true;
    }),
});

/** Reads what there is, then listens. */
const rebuildsThenListens = projectionWith({
  events: (_, generation, { log }: ViewPorts) =>
    concat(
      defer(() => {
        const past = log.consumer<OrderEvent>(['orders'], { group: `${groupOf(generation)}-rebuild` });
        return past.messages().pipe(takeWhile(() => past.lag().some(({ lag }) => lag > 0), true));
      }),
      log.consume<OrderEvent>(['orders'], { group: groupOf(generation), from: 'latest' }),
    ),
});

export const variants: Wrong = {
  'offset-apart': {
    catalogue: 31,
    breaks: 'C2',
    because: 'it stores the view and how far it has come in two transactions',
    services: { projection: twoTransactions },
  },
  'wall-clock-wins': {
    catalogue: 33,
    breaks: 'C1',
    because: 'it passes over events that bear an earlier time than what it shows, and hosts disagree about the time',
    services: { projection: latestWins },
  },
  'rebuilds-then-listens': {
    catalogue: 34,
    breaks: 'C1',
    because: 'what is written after it has read and before it listens is lost',
    services: { projection: rebuildsThenListens },
  },
};
