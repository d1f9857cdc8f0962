/**
 * Tells the customer at once whether the card takes it: asks the card's gateway, waits for its reply a while, and decides. All else
 * goes by events. Who gets no reply in time knows nothing: the money may be held, so the customer is told neither yes nor no, and
 * the gateway to let go of what it holds. A reply that comes later finds nobody who waits for it.
 */
import { first, firstValueFrom, of, Subject, timeout } from 'rxjs';
import { type Delivery, type Life, type Message, type Ports, type Service, service } from '../../index.ts';
import { type Checkout, db, type Decision, isCheckout, isReply, mq, type Reply, REPLY_QUEUES } from './system.ts';
import { tryAgain } from '../try-again.ts';

const uses = { mq, db };
type CheckoutPorts = Ports<typeof uses>;
/** Which replies are those to a request. */
export type IsReplyTo = (requestId: string) => (reply: Message<Reply>) => boolean;

export const PATIENCE_MS = 1_000;

export const byCorrelation: IsReplyTo = (requestId) => (reply) => reply.headers['correlationId'] === requestId;

/** Asks, and waits for the reply a while: nothing when there was none in time. */
type Ask = () => Promise<Message<Reply> | undefined>;
/** The part that a wrong variant changes: asking about a request, and what to tell if nobody answers. */
export type Asking = (ask: Ask, abandon: () => Promise<void>) => Promise<Message<Reply> | undefined>;

/** How a process calls its requests. */
export type Naming = (life: Life) => (message: Message) => string;

/** @param late what a request comes to that has had no reply in time */
export function checkoutWith(
  isReplyTo: IsReplyTo = byCorrelation,
  late: Decision['decision'] = 'unknown',
  asking: Asking = (ask) => ask(),
  naming: Naming = () =>
    ({ id }) =>
      `authorise-${id}`,
): Service {
  return service('checkout', uses, (ports, life) => {
    const nameOf = naming(life);
    const replyTo = REPLY_QUEUES[life.instance % REPLY_QUEUES.length] as (typeof REPLY_QUEUES)[number];
    const replies = new Subject<Message<Reply>>();
    const ask = async (requestId: string, { cents }: Checkout): Promise<Message<Reply> | undefined> => {
      const mine = replies.pipe(
        first(isReplyTo(requestId)),
        timeout({ first: PATIENCE_MS, with: () => of(undefined) }),
      );
      const reply = firstValueFrom(mine);
      const about = { id: requestId, type: 'AuthorisationRequested', headers: { requestId, replyTo } };
      await ports.mq.publish({ key: 'requests' }, { requestId, cents }, about);
      return reply;
    };
    const handle = async ({ message, ack, nack }: Delivery<Checkout>): Promise<void> => {
      const [orderId, requestId] = [message.id, nameOf(message)];
      const fresh = async (): Promise<Decision> => {
        const unanswered: Decision = { orderId, requestId, decision: late, answers: '' };
        const abandon = (): Promise<void> => announce(unanswered, ports);
        const reply = isCheckout(message) ? await asking(() => ask(requestId, message.body), abandon) : undefined;
        if (!reply) return unanswered;
        const decision = reply.body.approved ? 'approved' : 'declined';
        return { orderId, requestId, decision, answers: String(reply.headers['correlationId']) };
      };
      await announce(await decide((await known(orderId, ports)) ?? (await fresh()), ports), ports);
      await (isCheckout(message) ? ack() : nack({ requeue: false }));
    };
    ports.mq.consume<Reply>(replyTo).subscribe(({ message, ack }) => {
      if (isReply(message)) replies.next(message);
      ack().catch(() => {});
    });
    ports.mq
      .consume<Checkout>('checkouts')
      .subscribe((delivery) => void handle(delivery).catch(() => tryAgain(delivery)));
  });
}

function known(orderId: string, { db }: CheckoutPorts): Promise<Decision | undefined> {
  return db.transaction((tx) => tx.get('decisions', orderId));
}

/** The first decision stands, whoever comes to another one later. */
function decide(decision: Decision, { db }: CheckoutPorts): Promise<Decision> {
  return db.transaction(async (tx) => {
    await tx.insertIfAbsent('decisions', decision);
    return (await tx.get('decisions', decision.orderId)) ?? decision;
  });
}

async function announce({ orderId, requestId, decision }: Decision, { mq }: CheckoutPorts): Promise<void> {
  if (decision === 'declined') return;
  const [key, type] =
    decision === 'approved'
      ? (['checkout.approved', 'CheckoutApproved'] as const)
      : (['checkout.abandoned', 'CheckoutAbandoned'] as const);
  await mq.publish({ exchange: 'events', key }, { orderId }, { id: `${orderId}-${key}`, type, headers: { requestId } });
}
