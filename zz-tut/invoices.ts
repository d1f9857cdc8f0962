import type { QueuePort, TablesPort } from 'eddy';

export type Order = { id: string; cents: number };
export type Tables = { invoices: { n: string; orderId: string; cents: number } };

export function bill({ mq, db }: { mq: QueuePort<'orders'>; db: TablesPort<Tables> }): void {
  mq.consume<Order>('orders').subscribe(async ({ message, ack }) => {
    const { id, cents } = message.body;
    await db.transaction(async (tx) => {
      await tx.insert('invoices', { n: `${await tx.next('n')}`, orderId: id, cents });
    });
    await ack();
  });
}
