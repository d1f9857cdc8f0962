/** Mistakes about what names a message. */
import type { PublishOptions } from '../../../../sim/brokers/queue/port.ts';
import { isQueue } from './acks.ts';
import type { Wrap } from './sabotage.ts';

/** Drawn at each publish, so that a second try of one message is another message to whoever receives it. */
export const newIds: Wrap = (port, touch) => {
  if (!isQueue(port)) return port;
  return {
    ...port,
    consume: port.consume.bind(port),
    publish: (to: { exchange?: string; key: string }, body: unknown, o: PublishOptions = {}) => {
      if (o.id === undefined) return port.publish(to, body, o);
      touch();
      return port.publish(to, body, { ...o, id: crypto.randomUUID() });
    },
  };
};
