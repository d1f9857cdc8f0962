/** Which versions of the services run: processes as they start and end. */
import type { Entry } from '../property.ts';

/** Whether a process is gone after this entry: it crashed, or it was stopped. */
export function endsProcess({ kind }: Entry): boolean {
  return kind === 'crashed' || kind === 'stopped';
}

interface Living {
  readonly version: number;
  readonly entry: Entry;
}

export class Versions {
  /** By service, then by process. */
  readonly #living = new Map<string, Map<string, Living>>();
  readonly #serviceOf = new Map<string, string>();

  see(entry: Entry): void {
    const { process, kind } = entry;
    if (kind === 'started') {
      const { service, version = 1 } = entry.data as { service: string; version?: number };
      const living = this.#living.get(service) ?? new Map<string, Living>();
      this.#living.set(service, living.set(process, { version, entry }));
      this.#serviceOf.set(process, service);
    } else if (endsProcess(entry)) this.#living.get(this.#serviceOf.get(process) ?? '')?.delete(process);
  }

  /**
   * Two processes that run different versions of one service now: their starts, the older version first.
   * @param process one of that service; of who belongs to none, any service will do
   */
  sideBySide(process: string): readonly [Entry, Entry] | undefined {
    const service = this.#serviceOf.get(process);
    for (const [name, living] of this.#living) {
      if (service !== undefined && name !== service) continue;
      const [first, ...others] = [...living.values()].toSorted((a, b) => a.version - b.version);
      const other = first && others.find(({ version }) => version !== first.version);
      if (first && other) return [first.entry, other.entry];
    }
    return undefined;
  }
}
