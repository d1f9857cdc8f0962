/** The handler with another way to store: what many wrong variants change. */
import { announce, charge, type Handle, isValid, type store } from './billing.ts';

type Store = (...args: [...Parameters<typeof store>, redelivered: boolean]) => Promise<void>;

export function storing(storeIt: Store): () => Handle {
  return () => async (delivery, ports) => {
    const { message } = delivery;
    if (!isValid(message)) return delivery.nack({ requeue: false });
    await charge(message, ports);
    await storeIt(message, ports, delivery.redelivered);
    await announce(message, ports);
    await delivery.ack();
  };
}
