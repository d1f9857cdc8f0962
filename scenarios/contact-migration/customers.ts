/** Serves visits: changes a customer's number, if one is given, and shows it. What a release does in its own way is handed in. */
import { firstValueFrom, fromEvent, takeUntil, timer } from 'rxjs';
import { type Delivery, type Ports, type Service, service } from '../../index.ts';
import { type Customer, db, isVisit, mq, type Page, type Visit } from './system.ts';
import { tryAgain } from '../try-again.ts';

const uses = { mq, db };
export type ServicePorts = Ports<typeof uses>;
type ServiceTx = Parameters<Parameters<ServicePorts['db']['transaction']>[0]>[0];

/** One version of the code. */
export interface Release {
  /** A customer's number, and which revision it is of: 0 when there is none. */
  readonly read: (row: Customer) => Pick<Page, 'number' | 'of'>;
  readonly write: (row: Customer, phone: string) => Customer;
  /** What is done before it serves, and while it does. */
  readonly before?: (ports: ServicePorts) => Promise<void>;
  readonly beside?: (ports: ServicePorts) => Promise<void>;
}

/** A page that was sent comes back after a redirect. */
const REDIRECT_MS = 200;

export function customers(release: Release): Service {
  return service('customers', uses, async (ports, { stopping }) => {
    const handle = async ({ message, ack, nack }: Delivery<Visit>): Promise<void> => {
      if (!isVisit(message)) return nack({ requeue: false });
      const { phone } = message.body;
      if (phone !== undefined) {
        await save(message.body, phone, release, ports);
        await firstValueFrom(timer(REDIRECT_MS));
      }
      await show(message.body, release, ports);
      await ack();
    };
    await release.before?.(ports);
    ports.mq
      .consume<Visit>('visits')
      .pipe(takeUntil(fromEvent(stopping, 'abort')))
      .subscribe((delivery) => void handle(delivery).catch(() => tryAgain(delivery)));
    await release.beside?.(ports);
  });
}

function save({ visitId, customer }: Visit, phone: string, { write }: Release, { db }: ServicePorts): Promise<void> {
  return db.transaction(async (tx) => {
    const row = write(await held(tx, customer), phone);
    const page = { id: `${visitId}-saved`, visitId, customer, says: 'saved', number: phone, of: row.revision } as const;
    if (await tx.insertIfAbsent('pages', page)) await tx.put('customers', row);
  });
}

function show({ visitId, customer }: Visit, { read }: Release, { db }: ServicePorts): Promise<void> {
  return db.transaction(async (tx) => {
    const { number, of } = read(await held(tx, customer));
    await tx.insertIfAbsent('pages', { id: `${visitId}-shown`, visitId, customer, says: 'shown', number, of });
  });
}

/** The row, which nobody else changes as long as the transaction lasts. */
export async function held(tx: ServiceTx, name: string): Promise<Customer> {
  const [row] = await tx.scan('customers', { where: (each) => each.name === name, forUpdate: 'wait' });
  return row ?? { name, revision: 0 };
}
