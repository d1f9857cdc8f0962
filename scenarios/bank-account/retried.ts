/** Does something until it is done: for work that must not be passed over, and may be done twice. */
import { firstValueFrom, timer } from 'rxjs';

export async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch {
      await firstValueFrom(timer(200));
    }
  }
}
