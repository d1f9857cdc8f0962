/** Does something until it is done, waiting longer each time: for work that must not be passed over, and may be done twice. */
import { firstValueFrom, timer } from 'rxjs';

const FIRST_MS = 300;
const LONGEST_MS = 5_000;

export async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let waitMs = FIRST_MS; ; waitMs = Math.min(waitMs * 3, LONGEST_MS)) {
    try {
      return await work();
    } catch {
      await firstValueFrom(timer(waitMs));
    }
  }
}
