/** Billing services as competent engineers write them on a Friday: each breaks one property, and says which and why. */
import { firstValueFrom, map, timer } from 'rxjs';
import { type Life, type Service, type Variant, virtualTime } from '../../index.ts';
import {
  addToTotal,
  announce,
  type BillingPorts,
  billingWith,
  charge,
  type Handle,
  handle,
  insertCharge,
  isValid,
  store,
} from './billing.ts';
import { storing } from './storing.ts';

type Wrong = Record<string, Variant<{ billing: Service }>>;

const acksFirst: Handle = async (delivery, ports) => {
  const { message } = delivery;
  if (!isValid(message)) return delivery.nack({ requeue: false });
  await delivery.ack();
  for (let done = false; !done; ) {
    done = await charge(message, ports)
      .then(() => store(message, ports))
      .then(() => announce(message, ports))
      .then(
        () => true,
        () => waited(500),
      );
  }
};

const waited = (ms: number): Promise<false> => firstValueFrom(timer(ms).pipe(map(() => false as const)));

const isKnown = ({ db }: BillingPorts, messageId: string): Promise<boolean> =>
  db.transaction(async (tx) => (await tx.get('inbox', messageId)) !== undefined);

const inboxAfter = storing(async ({ id, body }, ports) => {
  if (await isKnown(ports, id)) return;
  await ports.db.transaction(async (tx) => {
    await insertCharge(tx, body);
    await addToTotal(tx, body);
  });
  await ports.db.transaction((tx) => tx.put('inbox', { messageId: id }));
});

const inboxBefore = storing(async ({ id, body }, { db }) => {
  if (!(await db.transaction((tx) => tx.insertIfAbsent('inbox', { messageId: id })))) return;
  const stored = db.transaction(async (tx) => {
    await insertCharge(tx, body);
    await addToTotal(tx, body);
  });
  const forget = (): Promise<unknown> =>
    db.transaction((tx) => tx.delete('inbox', id)).catch(() => waited(500).then(forget));
  await stored.catch(async (error: unknown) => {
    await forget(); // so that it can be tried again
    throw error;
  });
});

const looksThenInserts = storing(({ id, body }, { db }) =>
  db.transaction(async (tx) => {
    if (await tx.get('inbox', id)) return;
    await insertCharge(tx, body);
    await addToTotal(tx, body);
    await tx.put('inbox', { messageId: id });
  }),
);

const remembersInMemory = (): Handle => {
  const seen = new Set<string>();
  return storing(async ({ id, body }, { db }) => {
    if (seen.has(id)) return;
    await db.transaction(async (tx) => {
      await insertCharge(tx, body);
      await addToTotal(tx, body);
    });
    seen.add(id);
  })();
};

const trustsTheFlag = storing(({ id, body }, { db }, redelivered) =>
  db.transaction(async (tx) => {
    if (redelivered && (await tx.get('inbox', id))) return;
    await insertCharge(tx, body);
    await addToTotal(tx, body);
    await tx.put('inbox', { messageId: id });
  }),
);

const countsEveryCopy = storing(({ id, body }, { db }) =>
  db.transaction(async (tx) => {
    if (await tx.insertIfAbsent('inbox', { messageId: id })) await insertCharge(tx, body);
    await addToTotal(tx, body);
  }),
);

const retriesUnreadable: Handle = async (delivery, ports) => {
  if (!delivery.message.parsed) throw new SyntaxError('The message is no JSON');
  return handle(delivery, ports);
};

const swallowsTotalErrors = storing(({ id, body }, { db }) =>
  db.transaction(async (tx) => {
    if (!(await tx.insertIfAbsent('inbox', { messageId: id }))) return;
    await insertCharge(tx, body);
    await addToTotal(tx, body).catch(() => {}); // only statistics: it must not stop a payment
  }),
);

/**
 * Duplicates are known to whoever handled the message, not to whoever else is handed it. Met with endpoints of
 * NServiceBus that were scaled out, the same event going to two instances of one endpoint.
 */
const remembersForItself = ({ instance }: Life): Handle =>
  storing(({ id, body }, { db }) =>
    db.transaction(async (tx) => {
      if (!(await tx.insertIfAbsent('inbox', { messageId: `${instance} ${id}` }))) return;
      await insertCharge(tx, body);
      await addToTotal(tx, body);
    }),
  )();

/**
 * What comes again is taken for poison, though all that it tells is that its ack was not heard. Met in frameworks that keep off
 * endless redelivery that way (Symfony Messenger, consumers over amqplib).
 */
const parksWhatComesAgain: Handle = async (delivery, ports) => {
  if (delivery.redelivered) return delivery.nack({ requeue: false });
  return handle(delivery, ports);
};

const LEASE_MS = 5_000;

/**
 * A lock that is over before the work is, and that nobody renews or asks for again when the work is done. Met in job queues on
 * Redis (Bull, BullMQ: stalled jobs), and as the visibility time-out of Celery's transports.
 */
const leasesTheMessage = storing(async ({ id, body }, { db }) => {
  const isDone = await db.transaction(async (tx) => {
    await tx.insertIfAbsent('inbox', { messageId: id, untilMs: 0 });
    const [row] = await tx.scan('inbox', { where: ({ messageId }) => messageId === id, forUpdate: 'wait' });
    if (row?.untilMs === undefined) return true;
    if (row.untilMs > virtualTime.now()) throw new Error('Somebody is at it');
    await tx.put('inbox', { messageId: id, untilMs: virtualTime.now() + LEASE_MS });
    return false;
  });
  if (isDone) return;
  await db.transaction(async (tx) => {
    await insertCharge(tx, body);
    await addToTotal(tx, body);
    await tx.put('inbox', { messageId: id });
  });
});

const wrong = (catalogue: number | undefined, breaks: string, because: string, billing: Service) => ({
  ...(catalogue === undefined ? {} : { catalogue }),
  breaks,
  because,
  services: { billing },
});

export const variants: Wrong = {
  'acks-first': wrong(
    1,
    'D1',
    'it acks before its effect, so a crash in between loses the payment',
    billingWith(() => acksFirst),
  ),
  'acks-errors': wrong(
    3,
    'P1',
    'it catches every error and acks',
    billingWith(
      () => handle,
      ({ ack }) => ack(),
    ),
  ),
  'inbox-after-charge': wrong(
    6,
    'I1',
    'it remembers the id after the charge, in a second transaction',
    billingWith(inboxAfter).with({ instances: 1 }),
  ),
  'inbox-before-charge': wrong(
    7,
    'D1',
    'it remembers the id before the charge, in a transaction of its own',
    billingWith(inboxBefore),
  ),
  'looks-then-inserts': wrong(
    8,
    'I1',
    'it looks for the id first and inserts without a unique key',
    billingWith(looksThenInserts),
  ),
  'remembers-in-memory': wrong(
    9,
    'I1',
    'it remembers ids in memory, and a restart forgets them',
    billingWith(remembersInMemory).with({ instances: 1 }),
  ),
  'trusts-redelivered': wrong(
    10,
    'I1',
    'it looks for duplicates only when the broker sets `redelivered`',
    billingWith(trustsTheFlag),
  ),
  'counts-every-copy': wrong(
    32,
    'I2',
    'it adds to the total whether or not the message is known',
    billingWith(countsEveryCopy),
  ),
  'requeues-for-ever': wrong(
    41,
    'P2',
    'it takes a message that it cannot read for a passing trouble',
    billingWith(() => retriesUnreadable),
  ),
  'swallows-statement-error': wrong(
    53,
    'D1',
    "it swallows a statement's error; the commit then rolls back in silence",
    billingWith(swallowsTotalErrors),
  ),
  'remembers-for-itself': wrong(
    undefined,
    'I1',
    'each instance remembers what it has handled itself, and a copy goes to the other one',
    billingWith(remembersForItself),
  ),
  'parks-what-comes-again': wrong(
    undefined,
    'P1',
    'it takes a message that comes again for poison, whatever has become of it the first time',
    billingWith(() => parksWhatComesAgain),
  ),
  'leases-the-message': wrong(
    undefined,
    'I1',
    'it takes the message for a while and does not look whether the while is over when the work is done',
    billingWith(leasesTheMessage),
  ),
};
