/** Which deliveries were ended by a fault rather than by whoever handled them. */
import type { Entry } from '../property.ts';
import { recordAt } from './log-entries.ts';

export class Disturbances {
  /** What a fault was about itself. */
  readonly #struck = new Set<number>();
  /** When each delivery was settled. */
  readonly #settled = new Map<number, number>();
  /** Faults other than poison, in their order. */
  readonly #faults: Entry[] = [];
  /** While something was out nobody could have done with a message what they would. */
  readonly #outages: { readonly component: string; readonly from: number; to: number }[] = [];

  see(entry: Entry): void {
    if (entry.kind === 'outage') this.#outages.push({ component: componentOf(entry), from: entry.n, to: Infinity });
    else if (entry.kind === 'healed') this.#healed(entry);
    else if (entry.kind === 'fault') {
      for (const n of entry.causes) this.#struck.add(n);
      if ((entry.data as { kind?: unknown }).kind !== 'poison') this.#faults.push(entry);
    } else if (isKilled(entry)) this.#faults.push(entry);
    else if (entry.kind === 'acked' || entry.kind === 'nacked')
      for (const n of entry.causes) this.#settled.set(n, entry.n);
  }

  #healed(entry: Entry): void {
    for (const outage of this.#outages)
      if (outage.component === componentOf(entry)) outage.to = Math.min(outage.to, entry.n);
  }

  /** @param next the next delivery of the same message, if there is one */
  ended(delivery: Entry, next: Entry | undefined): boolean {
    if (this.#struck.has(delivery.n)) return true;
    const untilN = next?.n ?? delivery.n;
    if (this.#outages.some(({ from, to }) => from <= untilN && to >= delivery.n)) return true;
    if (!next || recordAt(delivery)) return false;
    const settled = this.#settled.get(delivery.n);
    // Who shares a connection with what was struck may fail of it, and give back what it has in hand.
    const ends = settled === undefined ? reaches : (struck: string, process: string): boolean => struck === process;
    return this.#faults.some(
      ({ n, process }) => n > delivery.n && n < (settled ?? next.n) && ends(process, delivery.process),
    );
  }
}

function componentOf({ data }: Entry): string {
  return String((data as { component?: unknown }).component);
}

/** By whoever asked it to stop, with work in hand: of a deploy only that comes in the midst of a delivery. */
function isKilled({ kind, data }: Entry): boolean {
  return kind === 'stopped' && (data as { why?: unknown }).why === 'grace is over';
}

/** Of the same process, or of none in particular: a broker, the network. Processes have numbers, and the workload runs apart. */
function reaches(struck: string, process: string): boolean {
  return struck === process || (!struck.includes('/') && struck !== 'workload');
}
