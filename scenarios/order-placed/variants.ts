/** Subscriptions as they are often set up: right until their service is away, or stops halfway. */
import type { Service, Variant } from '../../index.ts';
import { inventoryWith } from './inventory.ts';
import { loyaltyWith } from './loyalty.ts';
import type { Subscribe } from './subscriber.ts';
import { LASTING } from './system.ts';

type Wrong = Record<string, Variant<{ inventory: Service; loyalty: Service }>>;

/** Tidy: a queue that nobody reads is not left lying about. */
const tidiesUp: Subscribe = async (mq) => {
  await mq.declareQueue('inventory', { ...LASTING, autoDelete: true });
  await mq.bindQueue('inventory', { exchange: 'orders' });
};

/** Sets up what is not there, and does so once. */
const setsUpOnce: Subscribe = async (mq) => {
  const isThere = await mq.declareQueue('loyalty', { passive: true }).catch(() => undefined);
  if (isThere) return;
  await mq.declareQueue('loyalty', LASTING);
  await mq.bindQueue('loyalty', { exchange: 'orders' });
};

export const variants: Wrong = {
  /**
   * The usual default of client libraries for event subscriptions. Reports of it are reports of lost events: the queue goes
   * with the connection, so that what is published before the next one is bound has nowhere to wait.
   */
  'tidies-up': {
    breaks: 'D1',
    because: 'its queue is deleted with its last consumer, so that nothing waits for it while it is away',
    services: { inventory: inventoryWith(tidiesUp) },
  },
  /**
   * Known from connection recovery: queues come back, bindings do not, because whoever restores them takes a queue that is there
   * for one that is set up. It gets nothing from then on, and no error.
   */
  'sets-up-once': {
    breaks: 'who subscribes gets all from then on',
    because: 'it takes a queue that is there for one that is bound; an end between the two leaves it unbound for ever',
    services: { loyalty: loyaltyWith(setsUpOnce) },
  },
};
