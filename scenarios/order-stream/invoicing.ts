/**
 * Reads orders and writes invoices, each in one transaction with the offset that it has come to: an invoice is there when its order
 * counts as read, and only then. A transaction that is aborted moves nobody back: who aborts goes back himself.
 */
import { firstValueFrom, timer } from 'rxjs';
import { type Consumer, type ConsumerOptions, type Ports, type Producer, service } from '../../index.ts';
import type { OrderRecord } from './offsets.ts';
import { isOrder, log, type Order, prices } from './system.ts';

const uses = { log, prices };
type InvoicingPorts = Ports<typeof uses>;

/** The part that a wrong variant changes: what happens after an abort. */
type AfterAbort = (record: OrderRecord, consumer: Consumer<Order>) => Promise<void>;

/** The partition may have gone to somebody else meanwhile, who begins behind what is committed. */
const goBack: AfterAbort = async ({ topic, partition, offset }, consumer) => {
  await firstValueFrom(timer(300));
  await consumer.seek(topic, partition, offset).catch(() => {});
};

/** @param isOver whether after this error the producer is good for nothing more */
export function invoicingWith(
  aborted: AfterAbort = goBack,
  options: Partial<ConsumerOptions> = {},
  isOver: (code: string | undefined) => boolean = (code) => code === 'EDDY_FENCED',
) {
  return service('invoicing', uses, async (ports, { instance, stopping }) => {
    const consumer = ports.log.consumer<Order>(['orders'], {
      group: 'invoicing',
      isolation: 'read_committed',
      autoCommit: false,
      ...options,
    });
    const producer = ports.log.producer({ transactionalId: `invoicing-${instance}` });
    const take = (record: OrderRecord): Promise<void> =>
      invoice(record, { consumer, producer, ports }).catch((error: { code?: string }) => {
        if (isOver(error.code)) return die(error);
        return aborted(record, consumer);
      });
    // A producer has one transaction at a time.
    let last = Promise.resolve();
    stopping.addEventListener('abort', () => void consumer.close());
    await consumer.eachMessage((record) => (last = last.then(() => take(record))));
  });
}

/** Somebody else goes by our name: this process is over. */
function die(error: unknown): void {
  timer(0).subscribe(() => {
    throw error;
  });
}

interface Means {
  readonly consumer: Consumer<Order>;
  readonly producer: Producer<'orders' | 'invoices' | 'parked'>;
  readonly ports: InvoicingPorts;
}

function invoice(record: OrderRecord, { consumer, producer, ports }: Means): Promise<void> {
  const { id, body } = record.message;
  return producer.transaction(async (tx) => {
    if (isOrder(body)) {
      const { orderId, customer, pieces } = body;
      const { cents } = await ports.prices.quote({ orderId, pieces });
      await tx.produce('invoices', {
        id: `invoice-${orderId}`,
        type: 'OrderInvoiced',
        key: customer,
        body: { orderId, customer, cents },
      });
    } else {
      await tx.produce('parked', { id: `invoice-${id}`, type: 'InvoiceParked', body });
    }
    await tx.sendOffsets(record, consumer);
  });
}
