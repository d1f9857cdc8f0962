/** A first scenario: everybody who signs up is welcomed once, however often the message comes. */
import { effectOnce, noLoss, queueBroker, scenario, service, tables, type TablesPort } from 'eddy';
import fc from 'fast-check';

interface Signup {
  email: string;
}

type Tables = {
  seen: { id: string };
  welcomes: { n: string; email: string };
};

const mq = queueBroker('mq', { queues: { signups: { deadLetterTo: 'signups.dead' }, 'signups.dead': {} } });
const db = tables<Tables>('db', { seen: { key: 'id' }, welcomes: { key: 'n', sequences: ['n'] } });

type Welcome = (db: TablesPort<Tables>, id: string, signup: Signup) => Promise<void>;

/** Whoever inserts the id first welcomes; the other waits for that, and is told that it is there. */
const once: Welcome = (db, id, { email }) =>
  db.transaction(async (tx) => {
    if (await tx.insertIfAbsent('seen', { id })) await tx.insert('welcomes', { n: `${await tx.next('n')}`, email });
  });

/** Two that look at the same time both find nothing. */
const looksFirst: Welcome = (db, id, { email }) =>
  db.transaction(async (tx) => {
    if (await tx.get('seen', id)) return;
    await tx.insert('welcomes', { n: `${await tx.next('n')}`, email });
    await tx.put('seen', { id });
  });

const greeter = (welcome: Welcome) =>
  service('greeter', { mq, db }, ({ mq, db }) => {
    mq.consume<Signup>('signups').subscribe(async ({ message, ack, nack }) => {
      try {
        if (!message.parsed) return await nack({ requeue: false });
        await welcome(db, message.id, message.body);
        await ack();
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 200)); // what failed may pass
        await nack().catch(() => {}); // the connection is gone: the message comes again
      }
    });
  });

const welcomed = db.table.welcomes.inserted.by((row) => row.email);

export default scenario({
  name: 'welcome',
  story: 'Two instances of a greeter consume sign-ups; everybody is welcomed, and once.',
  services: { greeter: greeter(once).with({ instances: 2 }) },
  workload: {
    item: fc.record({ email: fc.integer({ min: 1, max: 99 }).map((n) => `ann${n}@example.com`) }),
    key: (signup) => signup.email,
    uses: { mq },
    send: (signup, { mq }) => mq.publish({ key: 'signups' }, signup, { id: signup.email, type: 'SignedUp' }),
  },
  properties: [
    effectOnce(welcomed),
    noLoss(
      mq.confirmed<Signup>('signups').by((message) => message.id),
      [welcomed, mq.deadLettered('signups').by((message) => message.id)],
    ),
  ],
  variants: {
    'looks-first': {
      breaks: 'I1',
      because: 'it looks whether it has welcomed somebody, and two that look at once both find nothing',
      services: { greeter: greeter(looksFirst) },
    },
  },
});
