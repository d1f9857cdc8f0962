/** The README's example: a consumer that is called twice. Try it: `eddy run examples/inbox.scenario.ts`. */
import { effectOnce, noLoss, queueBroker, scenario, service, tables } from 'eddy';
import fc from 'fast-check';

interface Signup {
  email: string;
}

const mq = queueBroker('mq', { queues: { signups: { deadLetterTo: 'signups.dead' }, 'signups.dead': {} } });
const db = tables<{ welcomes: { n: string; email: string } }>('db', { welcomes: { key: 'n', sequences: ['n'] } });
const welcomed = db.table.welcomes.inserted.by((row) => row.email);

const greeter = service('greeter', { mq, db }, ({ mq, db }) => {
  mq.consume<Signup>('signups').subscribe(async ({ message, ack, nack }) => {
    if (!message.parsed) return nack({ requeue: false });
    try {
      await db.transaction(async (tx) => {
        const seen = await tx.scan('welcomes', { where: (row) => row.email === message.body.email });
        if (seen.length > 0) return;
        await tx.insert('welcomes', { n: `${await tx.next('n')}`, email: message.body.email });
      });
      await ack();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200)); // what failed may pass
      await nack().catch(() => {}); // the connection is gone: the message comes again
    }
  });
});

export default scenario({
  name: 'welcome-mails',
  services: { greeter: greeter.with({ instances: 2 }) },
  workload: {
    item: fc.record({ email: fc.integer({ min: 1, max: 99 }).map((n) => `ann${n}@example.com`) }),
    key: (signup) => signup.email,
    uses: { mq },
    send: (signup, { mq }) => mq.publish({ key: 'signups' }, signup, { id: signup.email, type: 'SignedUp' }),
  },
  properties: [
    effectOnce(welcomed),
    noLoss(
      mq.confirmed<Signup>('signups').by((m) => m.id),
      [welcomed, mq.deadLettered('signups').by((m) => m.id)],
    ),
  ],
});
