/** Invoices as they are issued: numbered in order, some of them over nothing, which nobody can book. */
import fc from 'fast-check';
import type { Ports } from '../../index.ts';
import { db, type Invoice, mq } from './system.ts';

const uses = { mq, db };

export const workload = {
  item: fc.record({
    invoiceId: fc.integer({ min: 1, max: 999 }).map((n) => `i${n}`),
    customer: fc.constantFrom('Ann', 'Zoë'),
    country: fc.constantFrom('DE', 'FR', 'SE'),
    cents: fc.oneof({ weight: 7, arbitrary: fc.integer({ min: 1, max: 100_000 }) }, fc.constantFrom(0, -500)),
  }),
  key: (invoice: Invoice) => invoice.invoiceId,
  count: [1, 6] as const,
  uses,
  send: async (invoice: Invoice, ports: Ports<typeof uses>) => {
    const number = await numberOf(invoice, ports);
    await ports.mq.publish({ exchange: 'invoices', key: 'invoice.issued' }, invoice, {
      id: invoice.invoiceId,
      type: 'InvoiceIssued',
      headers: { customer: invoice.customer, number },
    });
  },
};

/** The invoice's number: the same however often it is asked for. */
function numberOf({ invoiceId }: Invoice, { db }: Ports<typeof uses>): Promise<number> {
  return db.transaction(async (tx) => {
    const known = await tx.get('numbers', invoiceId);
    if (known) return known.number;
    const number = Number(await tx.next('number'));
    await tx.insert('numbers', { invoiceId, number });
    return number;
  });
}
