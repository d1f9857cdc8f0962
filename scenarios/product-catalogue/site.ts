/**
 * Shows a shopper the cards of all products and the overview, of whichever release is read at that moment. All of a page is read in one
 * snapshot, that of a transaction which holds the shopper's session: pages are shown in the order of what they show.
 */
import { type Delivery, type Ports, type Service, service } from '../../index.ts';
import { db, isVisit, mq, type Route, type ViewName, type Visit } from './system.ts';
import { tryAgain } from '../try-again.ts';

const uses = { mq, db };
type SitePorts = Ports<typeof uses>;
type SiteTx = Parameters<Parameters<SitePorts['db']['transaction']>[0]>[0];

/** The parts that wrong variants change. */
interface Steps {
  routeTo(tx: SiteTx, view: ViewName): Promise<Route | undefined>;
}

const steps: Steps = { routeTo: (tx, view) => tx.get('routes', view) };

/** @param changed made for each process */
export function siteWith(changed: () => Partial<Steps> = () => ({})): Service {
  return service('site', uses, (ports) => {
    const of: Steps = { ...steps, ...changed() };
    const handle = async ({ message, ack, nack }: Delivery<Visit>): Promise<void> => {
      if (!isVisit(message)) return nack({ requeue: false });
      await show(message.body, of, ports);
      await ack();
    };
    ports.mq.consume<Visit>('visits').subscribe((delivery) => void handle(delivery).catch(() => tryAgain(delivery)));
  });
}

function show({ visitId, shopper }: Visit, { routeTo }: Steps, { db }: SitePorts): Promise<void> {
  const changes = async (tx: SiteTx, view: ViewName): Promise<number> => {
    const route = await routeTo(tx, view);
    const rows = await tx.scan(view, { where: ({ release }) => release === route?.release });
    return rows.reduce((total, row) => total + row.changes, 0);
  };
  return db.transaction(
    async (tx) => {
      const [session] = await tx.scan('sessions', { where: (row) => row.shopper === shopper, forUpdate: 'wait' });
      if (await tx.get('pages', visitId)) return;
      // Who waited for the session until now has an old snapshot, and is turned away here.
      await tx.put('sessions', { shopper, looks: (session?.looks ?? 0) + 1 });
      const cards = await changes(tx, 'cards');
      await tx.insert('pages', { visitId, shopper, cards, overview: await changes(tx, 'overview') });
    },
    { isolation: 'repeatable read' },
  );
}
