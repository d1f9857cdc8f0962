/** The write model: appends a price behind the version that it was decided on, once for each change. */
import { type Delivery, EddyError, type Ports, service } from '../../index.ts';
import { catalogue, type Change, isChange, mq } from './system.ts';
import { tryAgain } from '../try-again.ts';

const uses = { mq, catalogue };

export const products = service('products', uses, (ports) => {
  const handle = async ({ message, ack, nack }: Delivery<Change>): Promise<void> => {
    if (!isChange(message)) return nack({ requeue: false });
    while (!(await set(message.body, ports)));
    await ack();
  };
  ports.mq.consume<Change>('changes').subscribe((delivery) => void handle(delivery).catch(() => tryAgain(delivery)));
});

/** @returns false when somebody else has appended meanwhile */
async function set({ changeId, product, cents }: Change, { catalogue }: Ports<typeof uses>): Promise<boolean> {
  const stream = `product-${product}`;
  const past = await catalogue.read(stream);
  if (past.some(({ event }) => event.changeId === changeId)) return true;
  const event = { type: 'PriceSet', changeId, product, cents, was: past.at(-1)?.event.cents ?? 0 } as const;
  try {
    await catalogue.append(stream, [event], { expected: past.length });
    return true;
  } catch (error) {
    if (error instanceof EddyError && error.code === 'EDDY_WRONG_VERSION') return false;
    throw error;
  }
}
