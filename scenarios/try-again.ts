/** Gives a delivery back after a while: who cannot handle it now, or some other instance, is handed it again. */
import { firstValueFrom, timer } from 'rxjs';
import type { Delivery } from '../index.ts';

const WAIT_MS = 300;

/** A connection that is gone has given it back already. */
export async function tryAgain(delivery: Delivery<unknown>): Promise<void> {
  await firstValueFrom(timer(WAIT_MS));
  await delivery.nack().catch(() => {});
}
