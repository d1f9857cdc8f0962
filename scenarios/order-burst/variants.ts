/** Workers as they are often written: right as long as there is one order at a time. */
import { concatMap, firstValueFrom, lastValueFrom, mergeMap, takeUntil } from 'rxjs';
import type { Service, Variant } from '../../index.ts';
import { type WorkAt, workersWith } from './workers.ts';

type Wrong = Record<string, Variant<{ workers: Service }>>;

/** Takes no more, then finishes all that it has. */
const cancelsFirst: WorkAt = (deliveries, leaves, handle) =>
  lastValueFrom(deliveries.pipe(takeUntil(leaves), concatMap(handle)), { defaultValue: undefined });

/** Works at all that it has been handed. */
const allAtOnce: WorkAt = async (deliveries, leaves, handle) => {
  deliveries.pipe(mergeMap(handle)).subscribe();
  await firstValueFrom(leaves);
};

export const variants: Wrong = {
  /**
   * What listener containers did by default, and what a graceful stop looks like: with a single active consumer the cancel lets the
   * next one begin behind what the first one still has in its buffer.
   */
  'cancels-first': {
    breaks: 'O4',
    because: 'it cancels and then finishes what it was handed, while the next worker has begun behind that',
    services: { workers: workersWith({ workAt: cancelsFirst }) },
  },
  /** A prefetch above one and an asynchronous handler that nobody waits for: the queue is in order, the handlers are not. */
  'all-at-once': {
    breaks: 'O4',
    because: 'it begins the next order while the one before is under way, and a slow one is overtaken',
    services: { workers: workersWith({ prefetch: 10, workAt: allAtOnce }) },
  },
};
