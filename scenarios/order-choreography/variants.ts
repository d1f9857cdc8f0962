/** Services that let one event overtake another, or look before they speak. */
import type { Service, Variant } from '../../index.ts';
import { paymentWith, shippingWith, undoWhatIsDone } from './services.ts';
import type { React } from './telling.ts';

type Wrong = Record<string, Variant<{ payment: Service; shipping: Service }>>;

const looksThenRefuses: React = async ({ orderId }, { db }) => {
  const work = await db.transaction((tx) => tx.get('shipping', orderId));
  if (work?.state === 'done') return undefined;
  await db.transaction((tx) => tx.put('shipping', { orderId, state: 'refused' }));
  return 'ShippingRefused';
};

export const variants: Wrong = {
  'drops-what-it-does-not-know': {
    catalogue: 47,
    breaks: 'S1',
    because: 'it drops the end of an order that it has not heard of, and takes the payment when it does',
    services: { payment: paymentWith(undoWhatIsDone) },
  },
  'looks-then-refuses': {
    catalogue: 46,
    breaks: 'S2',
    because: 'it looks whether a late order is shipped and then refuses it, while it is being shipped',
    services: { shipping: shippingWith(looksThenRefuses) },
  },
};
