/** The card's gateway: holds money back, or declines, once for each request, and answers to whom it was asked by. */
import { type Delivery, type Message, type Ports, service } from '../../index.ts';
import { type Checkout, db, type Hold, mq, REPLY_QUEUES } from './system.ts';
import { tryAgain } from '../try-again.ts';

const uses = { mq, db };
type GatewayPorts = Ports<typeof uses>;

const LIMIT_CENTS = 80_000;

export const gateway = service('gateway', uses, (ports) => {
  const handle = async (delivery: Delivery<Checkout>): Promise<void> => {
    const { message, ack, nack } = delivery;
    if (message.type === 'CheckoutAbandoned') await release(message, ports);
    else if (isRequest(message)) await reply(message, await hold(message, ports), ports);
    else return nack({ requeue: false });
    await ack();
  };
  ports.mq.consume<Checkout>('requests').subscribe((delivery) => void handle(delivery).catch(() => tryAgain(delivery)));
});

function isRequest({ parsed, body }: Message<Checkout>): boolean {
  return parsed && typeof body === 'object' && body !== null && Number.isSafeInteger(body.cents) && body.cents > 0;
}

function hold({ headers, body }: Message<Checkout>, { db }: GatewayPorts): Promise<Hold['state']> {
  const requestId = String(headers['requestId']);
  const state = body.cents > LIMIT_CENTS ? 'declined' : 'held';
  return db.transaction(async (tx) => {
    if (await tx.insertIfAbsent('holds', { requestId, state })) return state;
    return (await tx.get('holds', requestId))?.state ?? state;
  });
}

function reply({ headers }: Message, state: Hold['state'], { mq }: GatewayPorts): Promise<void> {
  const { requestId, replyTo } = headers;
  const key = REPLY_QUEUES.find((queue) => queue === replyTo) ?? 'dead';
  const about = { id: `${requestId}-reply`, type: 'AuthorisationAnswered', headers: { correlationId: requestId } };
  return mq.publish({ key }, { approved: state === 'held' }, about);
}

/** The request may be on its way still. */
function release({ headers }: Message, { db }: GatewayPorts): Promise<void> {
  const requestId = String(headers['requestId']);
  return db.transaction(async (tx) => {
    if (await tx.insertIfAbsent('holds', { requestId, state: 'released' })) return;
    await tx.put('holds', { requestId, state: 'released' });
  });
}
