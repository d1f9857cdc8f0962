/** For specs: billing over amqplib with an inbox table, written as for production, and with a real-life mistake. */
import type { Channel, ConsumeMessage, Message } from 'amqplib';
import fc from 'fast-check';
import { effectOnce, external, noLoss, type Ports, scenario, service, tables } from '../../index.ts';
import { rabbit } from '../amqplib.ts';

interface Payment {
  transactionId: string;
  customerId: string;
  cents: number;
}

interface Charge {
  idempotencyKey: string;
  cents: number;
}

const mq = rabbit('mq', { queues: ['payments', 'payments.dead'] });
const db = tables<{
  inbox: { messageId: string };
  charges: { id: string; transactionId: string; cents: number };
}>('db', { inbox: { key: 'messageId' }, charges: { key: 'id', sequences: ['charge'] } });
const card = external('card', {
  charge: {
    reply: ({ cents }: Charge) => ({ ok: cents >= 0 }),
    idempotentBy: (request: Charge) => request.idempotencyKey,
  },
});

const inbox = db.table.inbox.inserted.by((row) => row.messageId);
const charge = db.table.charges.inserted.by((row) => row.transactionId);
type Db = Ports<{ db: typeof db }>['db'];

type Store = (id: string, payment: Payment, db: Db) => Promise<void>;

const chargeOnce: Store = (messageId, payment, db) =>
  db.transaction(async (tx) => {
    if (!(await tx.insertIfAbsent('inbox', { messageId }))) return;
    await tx.insert('charges', { id: `c${await tx.next('charge')}`, ...chargeOf(payment) });
  });

/** The id is stored in a second transaction. */
const inboxAfterCharge: Store = async (messageId, payment, db) => {
  const isKnown = await db.transaction(async (tx) => (await tx.get('inbox', messageId)) !== undefined);
  if (isKnown) return;
  await db.transaction(async (tx) => tx.insert('charges', { id: `c${await tx.next('charge')}`, ...chargeOf(payment) }));
  await db.transaction(async (tx) => void (await tx.insertIfAbsent('inbox', { messageId })));
};

const chargeOf = ({ transactionId, cents }: Payment): { transactionId: string; cents: number } => ({
  transactionId,
  cents,
});

const isPayment = (value: unknown): value is Payment => {
  if (typeof value !== 'object' || value === null || 'version' in value) return false;
  const { transactionId, customerId, cents } = value as Partial<Payment>;
  return (
    typeof transactionId === 'string' &&
    typeof customerId === 'string' &&
    Number.isSafeInteger(cents) &&
    Number(cents) >= 0
  );
};

function parsed({ content }: Message): unknown {
  try {
    return JSON.parse(content.toString()) as unknown;
  } catch {
    return undefined;
  }
}

const billing = (store: Store) =>
  service('billing', { mq, db, card }, async ({ mq, db, card }) => {
    const handle = async (msg: ConsumeMessage, channel: Channel): Promise<void> => {
      const payment = parsed(msg);
      if (!isPayment(payment)) {
        channel.nack(msg, false, false);
        return;
      }
      await card.charge({ idempotencyKey: payment.transactionId, cents: payment.cents });
      await store(msg.properties.messageId as string, payment, db);
      channel.ack(msg);
    };
    const channel = await (await mq.connect()).createConfirmChannel();
    await channel.assertQueue('payments', { deadLetterExchange: '', deadLetterRoutingKey: 'payments.dead' });
    await channel.prefetch(4);
    await channel.consume('payments', (msg) => {
      // What fails for now is the end of the process, which starts again.
      if (msg) void handle(msg, channel);
    });
  });

export default scenario({
  name: 'billing-over-amqplib',
  services: { billing: billing(chargeOnce).with({ instances: 2 }) },
  workload: {
    item: fc.record({
      transactionId: fc.uuid(),
      customerId: fc.constantFrom('c1', 'c2'),
      cents: fc.nat(99_999),
    }),
    key: (payment: Payment) => payment.transactionId,
    uses: { mq },
    send: async (payment: Payment, { mq }) => {
      const channel = await (await mq.connect()).createConfirmChannel();
      const o = { messageId: payment.transactionId, type: 'PaymentRequested' };
      channel.publish('', 'payments', Buffer.from(JSON.stringify(payment)), o);
      await channel.waitForConfirms();
    },
  },
  properties: [
    effectOnce(charge),
    effectOnce(
      card.applied('charge').by((request) => request.idempotencyKey),
      { name: 'card-charged-once' },
    ),
    noLoss(
      mq.confirmed<Payment>('payments').by((message) => message.id),
      [inbox, mq.deadLettered('payments').by((message) => message.id)],
    ),
  ],
  variants: {
    'inbox-after-charge': {
      breaks: 'I1',
      because: 'the id is stored in a second transaction',
      services: { billing: billing(inboxAfterCharge) },
    },
  },
});
