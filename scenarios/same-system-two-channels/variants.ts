/**
 * One mistake on both channels: whoever says that it is done before it is done loses what a crash interrupts. And one that a log does
 * not know: what was parked by one reader comes to all of them again.
 */
import type { Service, Variant } from '../../index.ts';
import { overLog, overQueue } from './channel.ts';
import { type Back, redriveByQueue } from './redrive.ts';
import { ship, shippingOver } from './shipping.ts';
import { untilDone } from './life.ts';

type Wrong = Record<string, Variant<{ shippingByQueue: Service; shippingByLog: Service; redriveByQueue: Service }>>;

/** To where it was published first. */
const asAtFirst: Back = ({ key = '' }) => ({ exchange: 'orders', key });

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
  /** What tools that move dead letters back do by default: the message's own exchange is where it came from, but not what parked it. */
  'redrives-to-all': {
    breaks: 'a redrive is for who parked it',
    because: 'it publishes what shipping parked to the exchange, and statistics, who parked nothing, have it too',
    services: { redriveByQueue: redriveByQueue(asAtFirst) },
  },
};
