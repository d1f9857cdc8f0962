/** What both services do when they are stopped, and when something fails. */
import { firstValueFrom, fromEvent, type MonoTypeOperatorFunction, takeUntil, timer } from 'rxjs';
import type { Life } from '../../index.ts';

/** Asked to stop, it takes no more. */
export function isStopped({ stopping }: Life): MonoTypeOperatorFunction<void> {
  return takeUntil(fromEvent(stopping, 'abort'));
}

const AGAIN_MS = 300;

/** Until it succeeds: who waits for a channel to bring it again loses the order in which it came. */
export async function untilDone(work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch {
      await firstValueFrom(timer(AGAIN_MS));
    }
  }
}
