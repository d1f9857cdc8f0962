/** What a connection reads, as its last fetch said. */
import type { Reads } from '../../../brokers/log/linked.ts';
import type { Isolation } from '../../../brokers/log/replica.ts';
import { keyOf } from '../../../brokers/log/group/assignors/assignor.ts';
import type { Place } from '../../../brokers/log/transactions.ts';

export class Fetching implements Reads {
  readonly topics: readonly string[];
  readonly #places: ReadonlySet<string>;

  constructor(
    readonly isolation: Isolation,
    places: readonly Place[],
  ) {
    this.topics = [...new Set(places.map(({ topic }) => topic))];
    this.#places = new Set(places.map(keyOf));
  }

  has(topic: string, partition: number): boolean {
    return this.#places.has(keyOf({ topic, partition }));
  }
}
