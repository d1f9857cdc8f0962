/**
 * Publishes trades, those of one buyer one after another, and marks each when the log has confirmed it. What the log can never
 * take is refused and refunded. Everything else is tried again under the same id, a time-out too: nobody knows then whether
 * the trade is in the log.
 */
import { firstValueFrom, timer } from 'rxjs';
import { type Ports, type Producer, type ProducerOptions, service } from '../../index.ts';
import { db, log, type Waiting } from './system.ts';

const uses = { log, db };
type PublisherPorts = Ports<typeof uses>;
type Trades = Producer<'trades' | 'bookings' | 'parked'>;
type Publish = (row: Waiting) => Promise<void>;

/** The parts that wrong variants change. */
interface PublisherSteps {
  readonly options: ProducerOptions;
  /** Whether the log will never take it. */
  isRefused(error: { code?: string }): boolean;
  /** Publishes what waits, oldest first. */
  all(rows: readonly Waiting[], publish: Publish): Promise<void>;
}

const steps: PublisherSteps = {
  options: {},
  isRefused: ({ code }) => code === 'EDDY_MESSAGE_TOO_LARGE',
  async all(rows, publish) {
    const buyers = new Set(rows.map(({ buyer }) => buyer));
    const lanes = [...buyers].map((each) => rows.filter(({ buyer }) => buyer === each));
    await Promise.all(lanes.map((lane) => oneByOne(lane, publish)));
  },
};

async function oneByOne(rows: readonly Waiting[], publish: Publish): Promise<void> {
  for (const row of rows) await publish(row);
}

const POLL_MS = 200;

export function publisherWith(changed: Partial<PublisherSteps> = {}) {
  const { options, isRefused, all } = { ...steps, ...changed };
  return service('publisher', uses, async (ports) => {
    const producer = ports.log.producer(options);
    const publish = async (row: Waiting): Promise<void> => {
      try {
        await send(row, producer);
      } catch (error) {
        if (!isRefused(error as { code?: string })) throw error;
        return refuse(row, ports);
      }
      await mark(row, 'published', ports);
    };
    for (;;) {
      await waiting(ports)
        .then((rows) => all(rows, publish))
        .catch(() => {});
      await firstValueFrom(timer(POLL_MS));
    }
  });
}

function waiting({ db }: PublisherPorts): Promise<readonly Waiting[]> {
  return db.transaction((tx) =>
    tx.scan('trades', { where: ({ state }) => state === 'new', orderBy: 'position', limit: 10 }),
  );
}

async function send({ tradeId, buyer, seller, cents, note }: Waiting, producer: Trades): Promise<void> {
  const body = { tradeId, buyer, seller, cents, note };
  await producer.produce('trades', { id: tradeId, type: 'TradeMade', key: buyer, body });
}

function mark(row: Waiting, state: Waiting['state'], { db }: PublisherPorts): Promise<void> {
  return db.transaction((tx) => tx.put('trades', { ...row, state }));
}

function refuse(row: Waiting, { db }: PublisherPorts): Promise<void> {
  return db.transaction(async (tx) => {
    await tx.put('trades', { ...row, state: 'refused' });
    await tx.insertIfAbsent('refunds', { tradeId: row.tradeId });
  });
}
