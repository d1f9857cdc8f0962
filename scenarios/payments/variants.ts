/** Billing services as competent engineers write them on a Friday: each breaks one property, and says which and why. */
import { firstValueFrom, map, timer } from 'rxjs';
import type { Service, Variant } from '../../index.ts';
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
        () => wait(500),
      );
  }
};

const wait = (ms: number): Promise<false> => firstValueFrom(timer(ms).pipe(map(() => false as const)));

/** A handler that differs from the correct one in how it stores. */
const storing =
  (storeIt: (...args: [...Parameters<typeof store>, redelivered: boolean]) => Promise<void>): (() => Handle) =>
  () =>
  async (delivery, ports) => {
    const { message } = delivery;
    if (!isValid(message)) return delivery.nack({ requeue: false });
    await charge(message, ports);
    await storeIt(message, ports, delivery.redelivered);
    await announce(message, ports);
    await delivery.ack();
  };

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
    db.transaction((tx) => tx.delete('inbox', id)).catch(() => wait(500).then(forget));
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

const wrong = (catalogue: number, breaks: string, because: string, billing: Service) => ({
  catalogue,
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
};
