/** A small scenario for specs: deposits from a queue into an account, once for each id. */
import fc from 'fast-check';
import {
  effectOnce,
  eventualDelivery,
  noLoss,
  type Ports,
  queueBroker,
  scenario,
  service,
  tables,
} from '../../index.ts';
import type { ScenarioShape } from '../scenario.ts';

export interface Deposit {
  id: string;
  amount: number;
}

export interface BankOptions {
  /** The queue's name. */
  queue?: string;
  /** The service's. */
  teller?: string;
  /** What the messages are called. */
  type?: string;
  /** Whether the ids are remembered. */
  remembers?: boolean;
  /** What the handler does first. */
  before?: (deposit: Deposit) => unknown;
}

export function bank(o: BankOptions = {}): ScenarioShape {
  const { queue = 'deposits', teller = 'teller', type = 'Deposit', remembers = true, before = () => {} } = o;
  const mq = queueBroker('mq', { queues: { [queue]: { deadLetterTo: 'dead' }, dead: {} } });
  const db = tables<{ deposits: { n: string; id: string; amount: number }; seen: { id: string } }>('db', {
    deposits: { key: 'n', sequences: ['n'] },
    seen: { key: 'id' },
  });
  const uses = { mq, db };
  const start = (ports: Ports<typeof uses>): void => {
    ports.mq.consume<Deposit>(queue).subscribe((delivery) => {
      const { message } = delivery;
      const work = async (): Promise<void> => {
        if (!message.parsed || typeof message.body.amount !== 'number') return delivery.nack({ requeue: false });
        await before(message.body);
        await ports.db.transaction(async (tx) => {
          if (remembers && !(await tx.insertIfAbsent('seen', { id: message.id }))) return;
          await tx.insert('deposits', { n: `${await tx.next('n')}`, id: message.id, amount: message.body.amount });
        });
        await delivery.ack();
      };
      work().catch(() => delivery.nack().catch(() => {}));
    });
  };
  const made = scenario({
    name: 'bank',
    services: { [teller]: service(teller, uses, start) },
    workload: {
      item: fc.record({ id: fc.uuid(), amount: fc.integer({ min: 1, max: 100 }) }),
      key: (deposit: Deposit) => deposit.id,
      count: [1, 3],
      uses: { mq },
      send: (deposit, ports) => ports.mq.publish({ key: queue }, deposit, { id: deposit.id, type }),
    },
    properties: [
      effectOnce(db.table.deposits.inserted.by((row) => row.id)),
      noLoss(
        mq.confirmed(queue).by((message) => message.id),
        [db.table.deposits.inserted.by((row) => row.id), mq.deadLettered(queue).by((message) => message.id)],
      ),
      eventualDelivery(mq.published(queue)),
    ],
  });
  return made as unknown as ScenarioShape;
}
