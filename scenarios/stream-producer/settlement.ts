/**
 * Makes two bookings of each trade, in one transaction with the offset that it has come to: both are there or none. It knows only
 * amid the transaction whether the seller may be credited; what fails is aborted, and read again.
 */
import { timer } from 'rxjs';
import { type Consumer, type LogDelivery, type Ports, type Producer, service } from '../../index.ts';
import { isTrade, limits, log, type Trade } from './system.ts';

const uses = { log, limits };

interface Means {
  readonly consumer: Consumer<Trade>;
  readonly producer: Producer<'trades' | 'bookings' | 'parked'>;
  readonly ports: Ports<typeof uses>;
}

export const settlement = service('settlement', uses, async (ports, { instance, stopping }) => {
  const consumer = ports.log.consumer<Trade>(['trades'], {
    group: 'settlement',
    isolation: 'read_committed',
    autoCommit: false,
  });
  const producer = ports.log.producer({ transactionalId: `settlement-${instance}` });
  const take = (record: LogDelivery<Trade>): Promise<void> =>
    settle(record, { consumer, producer, ports }).catch((error: { code?: string }) => {
      if (error.code === 'EDDY_FENCED') die(error);
      // The client hands it out again.
      throw error;
    });
  // A producer has one transaction at a time.
  let last: Promise<void> = Promise.resolve();
  stopping.addEventListener('abort', () => void consumer.close());
  await consumer.eachMessage((record) => (last = last.catch(() => {}).then(() => take(record))));
});

/** Somebody else goes by our name: this process is over. */
function die(error: unknown): void {
  timer(0).subscribe(() => {
    throw error;
  });
}

function settle(record: LogDelivery<Trade>, { consumer, producer, ports }: Means): Promise<void> {
  const { id, body } = record.message;
  return producer.transaction(async (tx) => {
    if (isTrade(body)) {
      const { tradeId, buyer, seller, cents } = body;
      const book = (account: string, amount: number): Promise<unknown> => {
        const booking = { tradeId, account, cents: amount };
        const [type, side] = amount < 0 ? ['Debited', 'debit'] : ['Credited', 'credit'];
        return tx.produce('bookings', { id: `${tradeId}-${side}`, type, key: account, body: booking });
      };
      await book(buyer, -cents);
      await ports.limits.check({ account: seller, cents });
      await book(seller, cents);
    } else {
      await tx.produce('parked', { id, type: 'TradeParked', body });
    }
    await tx.sendOffsets(record, consumer);
  });
}
