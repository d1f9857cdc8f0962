/** What follows from the entries of a log up to some offset: of its producers, and of its transactions. */
import { Transactions } from './aborted.ts';
import { ProducerStates } from './producer-state.ts';
import { type Entry, isMarker } from './record.ts';

export class Known {
  constructor(
    readonly producers = new ProducerStates(),
    readonly transactions = new Transactions(),
  ) {}

  /** A batch is learned of with its first record. */
  learn(entry: Entry): void {
    if (isMarker(entry)) {
      this.producers.ended(entry);
      this.transactions.ended(entry);
      return;
    }
    const { producer, offset } = entry;
    if (producer?.baseOffset !== offset) return;
    this.producers.took(producer);
    if (producer.transactional) this.transactions.began(producer);
  }

  copy(): Known {
    return new Known(this.producers.copy(), this.transactions.copy());
  }
}
