/** A copy in a consumer's hands, until it is settled: whoever carried it there, a plain port or a real client's connection. */
import { EddyError } from '../../errors.ts';
import type { Process } from '../../services/process.ts';
import type { Answer, Operation } from '../../services/operation.ts';
import { type Handed, handOut } from '../handing.ts';
import type { Channel, Delivered } from './channel.ts';
import type { Link } from './link.ts';
import type { QueueRuntime } from './runtime.ts';

export type Carried = Delivered & { readonly channel: Channel };

export class LiveDelivery {
  readonly handed: Handed;

  /** A moment begins; the caller strikes what comes on receipt, and enters the consumer's code. */
  constructor(
    readonly runtime: QueueRuntime,
    readonly process: Process,
    readonly delivered: Carried,
  ) {
    const { copy, queue, redelivered } = delivered;
    const { envelope } = copy;
    this.handed = handOut({
      process,
      broker: runtime.name,
      envelope,
      site: (ref) => runtime.deliverySite(ref, queue),
      note: (about, message) => runtime.note(process.label, 'delivered', envelope, [queue.name], about, message),
      about: { redelivered, copy: copy.sequence, service: process.service },
    });
  }

  get isOpen(): boolean {
    return this.handed.moment.open && this.delivered.channel.isOpen;
  }

  saysWhatItWaitsFor(): string {
    const { printed, waitsFor } = this.handed.moment;
    return `${printed} at ${this.process.label} is not settled; ${
      waitsFor === undefined ? 'it waits for something outside its ports' : `it waits for ${waitsFor}`
    }`;
  }

  /** What settles it, as an operation of its moment. `lose`: what comes of it when the broker never hears of that. */
  settling(phrase: 'ack' | 'nack', link: Link, o: Settling): Operation<void> {
    const { runtime, delivered } = this;
    return {
      runtime,
      phrase,
      class: 'ack',
      touches: `${runtime.name}.${delivered.queue.name}`,
      effect: o.effect,
      isLostOnWay: (way) => way === 'there' && link.isHalfOpen,
      halfOpens: true,
      refused: o.lose,
      unknown: o.lose,
      lost: o.lose,
    };
  }

  /** @param kind `acked`, `nacked`, or `settledLate`: the queue had taken it back */
  noteSettled(kind: string, about: Readonly<Record<string, unknown>>): void {
    const { runtime, process, delivered } = this;
    const { moment, message, copy } = this.handed;
    moment.open = false;
    runtime.left();
    const { envelope } = delivered.copy;
    const channels = [delivered.queue.name];
    if (copy.hasChanged) runtime.note(process.label, 'mutated', envelope, channels);
    runtime.simulation.record(
      process.label,
      kind,
      { component: runtime.name, channels, value: message, about: { lineage: envelope.lineage, ...about } },
      moment.causes,
    );
    runtime.simulation.world.changed();
  }
}

export interface Settling {
  effect(answer: Answer<void>): void;
  lose(): Error;
}

/** What a settled delivery is called in the history. */
export const SETTLED = { ack: 'acked', nack: 'nacked' } as const;

export function stale(): EddyError {
  return new EddyError(
    'EDDY_STALE_DELIVERY',
    `The connection that brought this delivery is gone, so it cannot be settled: the message comes again`,
  );
}
