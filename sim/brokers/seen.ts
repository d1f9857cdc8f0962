/** What checks can see of a broker. */
import { type Selector, selector } from '../selectors.ts';
import type { Message } from './message.ts';

/** What checks can see of a broker; `channel` is a queue or topic, none means all. */
export interface BrokerSeen<Ch extends string> {
  /** Each attempt that the broker took. */
  published<B = unknown>(channel?: Ch): Selector<Message<B>>;
  confirmed<B = unknown>(channel?: Ch): Selector<Message<B>>;
  delivered<B = unknown>(channel?: Ch): Selector<Message<B>>;
  /** Each delivery that its consumer has acknowledged. */
  acked<B = unknown>(channel?: Ch): Selector<Message<B>>;
  /** The channel names the queue that the message came from. */
  deadLettered<B = unknown>(channel?: Ch): Selector<Message<B>>;
}

const KINDS = {
  published: ['published', 'published to'],
  confirmed: ['confirmed', 'confirmed for'],
  delivered: ['delivered', 'delivered from'],
  acked: ['acked', 'acknowledged to'],
  deadLettered: ['deadLettered', 'dead-lettered from'],
} as const;

export function brokerSeen<Ch extends string>(component: string): BrokerSeen<Ch> {
  const of =
    (kind: keyof typeof KINDS) =>
    <B>(channel?: Ch): Selector<Message<B>> =>
      selector<Message<B>>({
        kind: KINDS[kind][0],
        component,
        channel,
        says: `message ${KINDS[kind][1]} ${component}${channel === undefined ? '' : `.${channel}`}`,
      });
  return {
    published: of('published'),
    confirmed: of('confirmed'),
    delivered: of('delivered'),
    acked: of('acked'),
    deadLettered: of('deadLettered'),
  };
}
