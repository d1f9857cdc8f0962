/** Views as they are often built: each forgets an event, counts one twice, or believes the wrong clock. */
import { concat, concatMap, defer, takeWhile } from 'rxjs';
import type { Service, Variant } from '../../index.ts';
import {
  groupOf,
  held,
  projectionMaking,
  projectionWith,
  show,
  shown,
  type ViewPorts,
  type ViewSteps,
} from './projection.ts';
import { shopWith, type Taking } from './shop.ts';
import type { OrderEvent, OrderRow } from './system.ts';

type Wrong = Record<string, Variant<{ shop: Service; projection: Service }>>;

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

/**
 * Who may write was looked at and is not held: an older release writes over what a newer one has begun. Met where two may believe that a
 * projection is theirs, since the claim was made in a transaction of its own (Axon).
 */
const looksAtTheCheckpoint = projectionWith({
  project: (happening, generation, { db }) =>
    db.transaction(async (tx) => {
      const [checkpoint] = await tx.scan('checkpoints');
      if (checkpoint?.generation !== generation) return false;
      if (happening.offset < checkpoint.offset) return true;
      const eventId = (await show(tx, happening)) ?? checkpoint.eventId;
      await tx.put('checkpoints', { ...checkpoint, offset: happening.offset + 1n, eventId });
      return true;
    }),
});

/**
 * What is kept of the rows in memory is not rolled back with them: tried again, a change is made to what it has made already. Met with
 * contexts and sessions of object mappers that a retry goes on with (Entity Framework under MassTransit).
 */
const keepsRows = (): Partial<ViewSteps> => {
  const rows = new Map<string, OrderRow>();
  return {
    project: (happening, generation, { db }) =>
      db.transaction(async (tx) => {
        const checkpoint = await held(tx);
        if (checkpoint.generation !== generation) return false;
        if (happening.offset < checkpoint.offset) return true;
        const { id, body } = happening.message;
        const isNew = await tx.insertIfAbsent('seen', { eventId: id });
        const row = rows.get(body.orderId) ?? (await tx.get('view', body.orderId));
        if (isNew) rows.set(body.orderId, shown(row, id, body));
        await tx.put('view', rows.get(body.orderId) ?? shown(row, id, body));
        const eventId = isNew ? id : checkpoint.eventId;
        await tx.put('checkpoints', { ...checkpoint, offset: happening.offset + 1n, eventId });
        return true;
      }),
  };
};

/**
 * An error ends the stream, and with it the consumer, while the process lives on and looks well. Met where consumers are pipes: RxJS in NestJS,
 * and clients whose consumer stops at an error and says so in the log alone (kafkajs).
 */
const endsAtAnError: Taking = (reports, take) => {
  reports.pipe(concatMap(take)).subscribe({ error: () => {} }); // it is in the log
};

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
  'looks-at-the-checkpoint': {
    breaks: 'C1',
    because: 'it looks who keeps the view and does not hold it: an older release writes over the one that takes over',
    services: { projection: looksAtTheCheckpoint },
  },
  'keeps-what-was-rolled-back': {
    breaks: 'C1',
    because: 'it keeps rows in memory, and tries a change again on the one that it has changed already',
    services: { projection: projectionMaking(keepsRows) },
  },
  'ends-at-an-error': {
    breaks: 'D5',
    because: 'the first report that it cannot take ends its consumer, and nothing else notices',
    services: { shop: shopWith(endsAtAnError) },
  },
};
