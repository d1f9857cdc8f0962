/** One mistake, on both channels: whoever says that it is done before it is done loses what a crash interrupts. */
import type { Service, Variant } from '../../index.ts';
import { overLog, overQueue } from './channel.ts';
import { ship, shippingOver } from './shipping.ts';
import { untilDone } from './life.ts';

type Wrong = Record<string, Variant<{ shippingByQueue: Service; shippingByLog: Service }>>;

export const variants: Wrong = {
  'queue-acks-first': {
    catalogue: 1,
    breaks: 'D1',
    because: 'it acks before it ships: a crash in between loses the order, which the queue has let go',
    services: {
      shippingByQueue: shippingOver(overQueue, async (incoming, via, ports) => {
        await incoming.done();
        await untilDone(() => ship(incoming, via, ports));
      }),
    },
  },
  'log-commits-first': {
    catalogue: 1,
    breaks: 'D1',
    because: 'it commits before it ships: a crash in between loses the order, which its group counts as read',
    services: {
      shippingByLog: shippingOver(overLog, async (incoming, via, ports) => {
        await incoming.done();
        await untilDone(() => ship(incoming, via, ports));
      }),
    },
  },
};
