/** What keeps a caller from making the trouble of the one that it calls worse. */
import { firstValueFrom, Subject, type Subscription, timer } from 'rxjs';

const FIRST_MS = 250;

/** Twice as long each time, and for each order another while: those that failed together do not come back together. */
export async function backOff(orderId: string, attempt: number): Promise<void> {
  const hash = [...orderId].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000, 7);
  const jitterMs = (hash * 97 + attempt * 41) % FIRST_MS;
  await firstValueFrom(timer((FIRST_MS << (attempt - 1)) + jitterMs));
}

const FAILURES_MAX = 3;
const OPEN_MS = 2_000;

/** After so many failures in a row nobody calls for a while; then one call shows whether it is over, and the others wait for it. */
export class CircuitBreaker {
  #failures = 0;
  #state: 'closed' | 'open' | 'half open' | 'probed' = 'closed';
  #rest: Subscription | undefined;
  readonly #changed = new Subject<void>();

  /** @param work answers whether it had an answer, and never rejects */
  async call(work: () => Promise<boolean>): Promise<boolean> {
    while (this.#state === 'open' || this.#state === 'probed') await firstValueFrom(this.#changed);
    if (this.#state === 'half open') this.#state = 'probed';
    const hasAnswered = await work();
    this.#failures = hasAnswered ? 0 : this.#failures + 1;
    if (hasAnswered) this.#become('closed');
    else if (this.#failures >= FAILURES_MAX) this.#become('open');
    return hasAnswered;
  }

  #become(state: 'closed' | 'open' | 'half open'): void {
    this.#rest?.unsubscribe();
    this.#state = state;
    if (state === 'open') this.#rest = timer(OPEN_MS).subscribe(() => this.#become('half open'));
    this.#changed.next();
  }
}
