/**
 * What customers see. A change is appended to their stream, and the version that it comes to is the session's token: the view that
 * they look at afterwards must have come so far. There are two replicas of it, each behind by as much as it is, and which one is asked
 * goes by who serves the visit; so every answer moves the token on, and is given in the transaction that holds it. Where the
 * replica has not come so far, the customer is told that the change is on its way, and the page looks again.
 */
import { firstValueFrom, timer } from 'rxjs';
import { type Delivery, EddyError, type Ports, type Service, service } from '../../index.ts';
import {
  addresses,
  db,
  isVisit,
  mq,
  type Page,
  type Replica,
  REPLICAS,
  type Session,
  streamOf,
  type Visit,
} from './system.ts';
import { tryAgain } from '../try-again.ts';

const uses = { mq, addresses, db };
export type SitePorts = Ports<typeof uses>;
type SiteTx = Parameters<Parameters<SitePorts['db']['transaction']>[0]>[0];

/** The parts that wrong variants change. */
interface Steps {
  /** The token, which nobody else moves as long as the transaction lasts. */
  held(tx: SiteTx, customer: string): Promise<Session>;
  /** The customer knows of this version now. */
  keep(tx: SiteTx, session: Session, version: number): Promise<void>;
  /** Whether what a replica has may be shown. */
  mayShow(version: number, session: Session): boolean;
}

const steps: Steps = {
  held: async (tx, customer) => {
    const [session] = await tx.scan('sessions', { where: (row) => row.customer === customer, forUpdate: 'wait' });
    return session ?? { customer, version: 0 };
  },
  // A visit that comes again may tell of an older change than the session knows.
  keep: (tx, { customer, version: known }, version) =>
    tx.put('sessions', { customer, version: Math.max(known, version) }),
  mayShow: (version, session) => version >= session.version,
};

/** A page that was sent comes back after a redirect. */
const REDIRECT_MS = 200;
const LOOK_AGAIN_MS = 400;

/** @param changed made for each process */
export function siteWith(changed: () => Partial<Steps> = () => ({})): Service {
  return service('site', uses, (ports, { instance }) => {
    const replica = REPLICAS[instance % REPLICAS.length] as Replica;
    const of: Steps = { ...steps, ...changed() };
    const handle = async ({ message, ack, nack }: Delivery<Visit>): Promise<void> => {
      if (!isVisit(message)) return nack({ requeue: false });
      const { address } = message.body;
      if (address !== undefined) {
        await saved(message.body, await change(message.body, address, ports), of, ports);
        await firstValueFrom(timer(REDIRECT_MS));
      }
      for (let look = 1; !(await answered(message.body, replica, of, ports)); look++)
        await firstValueFrom(timer(LOOK_AGAIN_MS * look));
      await ack();
    };
    ports.mq.consume<Visit>('visits').subscribe((delivery) => void handle(delivery).catch(() => tryAgain(delivery)));
  });
}

/** @returns the version of the change, which may have been made at an earlier attempt of the same visit */
async function change({ visitId, customer }: Visit, address: string, { addresses }: SitePorts): Promise<number> {
  const stream = streamOf(customer);
  for (;;) {
    const past = await addresses.read(stream);
    const made = past.find(({ event }) => event.visitId === visitId);
    if (made) return made.version;
    try {
      const event = { type: 'AddressChanged', visitId, address } as const;
      return (await addresses.append(stream, [event], { expected: past.length })).version;
    } catch (error) {
      if (!(error instanceof EddyError && error.code === 'EDDY_WRONG_VERSION')) throw error;
    }
  }
}

function saved({ visitId, customer }: Visit, version: number, { held, keep }: Steps, { db }: SitePorts): Promise<void> {
  return db.transaction(async (tx) => {
    await keep(tx, await held(tx, customer), version);
    await tx.insertIfAbsent('pages', page('saved', visitId, customer, version));
  });
}

/** @returns whether the customer was shown the address, and not that it is on its way */
async function answered(
  { visitId, customer }: Visit,
  replica: Replica,
  { held, keep, mayShow }: Steps,
  { db }: SitePorts,
): Promise<boolean> {
  const version = (await db.transaction((tx) => tx.get(replica, customer)))?.version ?? 0;
  return db.transaction(async (tx) => {
    const session = await held(tx, customer);
    if (await tx.get('pages', `${visitId}-shown`)) return true;
    const isShown = mayShow(version, session);
    await tx.insertIfAbsent('pages', page(isShown ? 'shown' : 'pending', visitId, customer, version));
    if (isShown) await keep(tx, session, version);
    return isShown;
  });
}

function page(says: Page['says'], visitId: string, customer: string, version: number): Page {
  return { id: `${visitId}-${says}`, visitId, customer, says, version };
}
