/**
 * Brings parked messages back once they have rested, as they were, and removes each only when the broker has confirmed
 * its return. What comes to be parked a second time is buried, and so is what nobody could give a reason for: it is not
 * read here either.
 */
import { firstValueFrom, timer } from 'rxjs';
import { type Delivery, type Message, type Ports, type Service, service } from '../../index.ts';
import { locked } from './progress.ts';
import { db, type Invoice, mq, sameAgain, UNREADABLE } from './system.ts';

const uses = { mq, db };
type RedrivePorts = Ports<typeof uses>;
/** `giveBack` publishes the message to where it came from first. */
export type Move = (delivery: Delivery<Invoice>, giveBack: () => Promise<void>) => Promise<void>;

/** The redrive around how it moves a message. */
export function redriveWith(move: Move): Service {
  return service('redrive', uses, (ports) => {
    const handle = async (delivery: Delivery<Invoice>): Promise<void> => {
      const { message } = delivery;
      if (await judge(message, ports)) return delivery.nack({ requeue: false });
      const { key, body, options } = asItWas(message);
      await move(delivery, () => ports.mq.publish({ exchange: 'invoices', key }, body, options));
    };
    ports.mq.consume<Invoice>('invoices.redrive').subscribe((delivery) => {
      handle(delivery).catch(() => tryAgain(delivery).catch(() => {}));
    });
  });
}

/** Opens the message again, unless it had its chance: @returns true when it is to be buried */
function judge({ id, headers }: Message, { db }: RedrivePorts): Promise<boolean> {
  return db.transaction(async (tx) => {
    const row = await locked(tx, id);
    const isBooked = (await tx.get('inbox', id)) !== undefined;
    const hadItsChance = row?.state === 'parked' && row.redrives > 0;
    const isHopeless = headers['reason'] === undefined || hadItsChance;
    // What is booked could be read once, and has only to be sent.
    if (row?.state === 'buried' || (isHopeless && !(isBooked && row?.reason !== UNREADABLE))) {
      if (row) await tx.put('progress', { ...row, state: 'buried' });
      return true;
    }
    if (row?.state === 'parked') {
      await tx.put('progress', { ...row, attempts: 0, redrives: row.redrives + 1, state: 'open', reason: '' });
    }
    return false;
  });
}

export const moveBack: Move = async (delivery, giveBack) => {
  await giveBack();
  await delivery.ack();
};

/** Without what was written on it when it was parked. */
function asItWas(message: Message) {
  const { options, ...rest } = sameAgain(message);
  const { reason: _, ...headers } = options.headers as Record<string, unknown>;
  return { ...rest, options: { ...options, headers } };
}

async function tryAgain(delivery: Delivery<Invoice>): Promise<void> {
  await firstValueFrom(timer(500));
  await delivery.nack();
}
