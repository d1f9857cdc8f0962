/**
 * A delivery: what a consumer is handed, and the moment that its handling is. Poison and faults "on receipt" strike
 * here.
 */
import { EddyError } from '../../errors.ts';
import type { PlannedFault } from '../../faults/book.ts';
import { rootOf } from '../../faults/words.ts';
import { hashValue } from '../../history/hash.ts';
import { type Context, type Moment, takeUp } from '../../kernel/context.ts';
import { operate } from '../../services/operation.ts';
import type { Process } from '../../services/process.ts';
import { ownCopy } from '../../history/freeze.ts';
import { strikeProcess } from '../../services/strike.ts';
import { type Envelope, frozenMessage, type Message, readMessage } from '../message.ts';
import { spoil } from '../poison.ts';
import type { Channel, Delivered } from './channel.ts';
import type { Connection, Subscription } from './connection.ts';

export interface Delivery<B> {
  readonly message: Message<B>;
  /** Whether the broker handed this copy out before. Not set does not mean first: a publisher's retry comes unflagged. */
  readonly redelivered: boolean;
  ack(): Promise<void>;
  /** Gives it back, or with `requeue: false` to the dead letters. */
  nack(o?: { requeue?: boolean }): Promise<void>;
}

const SETTLED = { ack: 'acked', nack: 'nacked' } as const;

/** How long "fails for 5 s" fails, from the first delivery on. */
const FAILS_FOR_US = 5_000_000;

/** Hands a copy to the process: a moment begins. */
export function deliver(
  connection: Connection,
  subscription: Subscription,
  delivered: Delivered & { channel: Channel },
  began: (live: LiveDelivery) => void,
): void {
  const { runtime, process } = connection;
  const { simulation } = runtime;
  const { envelope } = delivered.copy;
  const nth = simulation.count(`delivery ${process.service} ${envelope.lineage}`);
  const ref = { at: 'delivery', nth, lineage: envelope.lineage, service: process.service } as const;
  const moment = simulation.moment(ref, envelope.lineage, [], runtime.name);
  const site = runtime.deliverySite(ref, delivered.queue);
  const isFirst = simulation.count(`any delivery ${envelope.lineage}`) === 1;
  let drawn = simulation.book.rule?.atDelivery(site, moment.hash, simulation.world.draws);
  // What was delivered true before cannot be poisoned in every delivery any more.
  if (drawn?.kind === 'poison' && !isFirst) drawn = { ...drawn, moment: ref };
  const drawnFault = drawn && simulation.book.drawn(drawn);
  const poisons = [...simulation.book.poisonsOf(envelope.lineage, ref)];
  if (drawnFault?.data.kind === 'poison') {
    if (!drawnFault.data.moment) simulation.book.keep(drawnFault);
    poisons.push(drawnFault);
  }
  const text = poisoned(envelope, poisons, process);
  const message = text === envelope.text ? envelope.message : frozenMessage(envelope.message, text);
  const about = {
    nth,
    redelivered: delivered.redelivered,
    copy: delivered.copy.sequence,
    service: process.service,
    ...(poisons.length ? { poison: poisons.map((p) => (p.data.kind === 'poison' ? p.data.how : '')) } : {}),
  };
  const entry = runtime.note(process.label, 'delivered', envelope, [delivered.queue.name], about, message);
  moment.causes = [entry];
  moment.open = true;
  simulation.world.changed();
  const kills = poisons.some(({ data }) => data.kind === 'poison' && data.how === 'kills the process');
  const live = new LiveDelivery(connection, subscription, delivered, moment, message, text, kills);
  began(live);
  for (const fault of drawnFault ? [...moment.faults, drawnFault] : moment.faults) {
    if ('place' in fault.data && fault.data.place.gap === 'receipt') strikeProcess(process, moment, fault);
  }
  if (!process.alive) return;
  simulation.world.enterContext(live.context, () => subscription.subscriber.next(live.handle));
}

function poisoned(envelope: Envelope, poisons: readonly PlannedFault[], process: Process): string {
  if (poisons.length === 0) return envelope.text;
  const { simulation } = process;
  const identity = new Set<unknown>([envelope.message.id, rootOf(envelope.lineage)]);
  let spoiled = envelope.text;
  for (const fault of poisons) {
    if (fault.data.kind !== 'poison') continue;
    fault.firstUs ??= simulation.world.nowUs;
    const over = fault.data.how === 'fails for 5 s' && simulation.world.nowUs - fault.firstUs > FAILS_FOR_US;
    simulation.strike(fault, process.label, [envelope.entry]);
    if (!over) spoiled = spoil(spoiled, fault.data.how, identity);
  }
  return spoiled;
}

/** A delivery in a consumer's hands. */
export class LiveDelivery {
  readonly context: Context;
  readonly handle: Delivery<unknown>;
  #copy: Message | undefined;

  constructor(
    readonly connection: Connection,
    readonly subscription: Subscription,
    readonly delivered: Delivered & { channel: Channel },
    readonly moment: Moment,
    readonly message: Message,
    readonly text: string,
    /** Whoever reads its body dies. */
    readonly kills: boolean,
  ) {
    const { process, runtime } = connection;
    this.context = { world: runtime.simulation.world, actor: process, moment };
    const take = (): Message => this.#take();
    this.handle = {
      get message() {
        return take();
      },
      redelivered: delivered.redelivered,
      ack: () => this.#settle('ack', (tag) => delivered.channel.ack(tag), {}),
      nack: ({ requeue = true } = {}) =>
        this.#settle('nack', (tag) => delivered.channel.nack(tag, { requeue }), { requeue }),
    };
  }

  get isOpen(): boolean {
    return this.moment.open && this.delivered.channel.isOpen;
  }

  saysWhatItWaitsFor(): string {
    const { printed, waitsFor } = this.moment;
    return `${printed} at ${this.connection.process.label} is not settled; ${
      waitsFor === undefined ? 'it waits for something outside its ports' : `it waits for ${waitsFor}`
    }`;
  }

  /** Reading the message means to work for it from here on. */
  #take(): Message {
    takeUp(this.context);
    if (this.#copy) return this.#copy;
    const copy = { ...readMessage(this.message, this.text), headers: ownCopy(this.message.headers) };
    this.#copy = this.kills ? this.#deadly(copy) : copy;
    return this.#copy;
  }

  /** Its id, type and headers can be looked at; its body is the end of the process. */
  #deadly(copy: Message): Message {
    const { process } = this.connection;
    return Object.defineProperty(copy, 'body', {
      enumerable: true,
      get: (): never => {
        process.die('process', 'poison', this.moment.causes);
        throw new EddyError('EDDY_PROCESS_DIED', `Reading the body of ${this.message.id} killed the process`);
      },
    });
  }

  #settle(phrase: 'ack' | 'nack', settle: (tag: number) => boolean, about: Record<string, unknown>): Promise<void> {
    const { connection, delivered, moment } = this;
    const { runtime, process } = connection;
    const stale = (): Error =>
      new EddyError(
        'EDDY_STALE_DELIVERY',
        `The connection that brought this delivery is gone, so it cannot be settled: the message comes again`,
      );
    const lose = (): Error => {
      // Over a half-open connection the broker does not hear of it: it keeps what it handed out.
      if (delivered.channel.isOpen && !connection.isHalfOpen) connection.dropChannel(this.subscription);
      return stale();
    };
    return operate<void>(process, moment, {
      runtime,
      phrase,
      class: 'ack',
      touches: `${runtime.name}.${delivered.queue.name}`,
      effect: (answer) => {
        if (!delivered.channel.isOpen) {
          answer.fail(stale());
          return;
        }
        let isInTime = false;
        try {
          isInTime = settle(delivered.tag);
        } catch (error) {
          connection.dropChannel(this.subscription);
          answer.fail(error);
          return;
        }
        this.#settled(isInTime ? SETTLED[phrase] : 'settledLate', about);
        answer.ok();
      },
      isLostOnWay: (way) => way === 'there' && connection.isHalfOpen,
      halfOpens: true,
      refused: lose,
      unknown: lose,
      lost: lose,
    });
  }

  #settled(kind: string, about: Record<string, unknown>): void {
    const { connection, delivered, moment } = this;
    moment.open = false;
    connection.settled(this);
    connection.runtime.left();
    const { envelope } = delivered.copy;
    if (this.#copy && this.#hasChanged(this.#copy)) {
      connection.runtime.note(connection.process.label, 'mutated', envelope, [delivered.queue.name]);
    }
    const { runtime, process } = connection;
    runtime.simulation.record(
      process.label,
      kind,
      {
        component: runtime.name,
        channels: [delivered.queue.name],
        value: this.message,
        about: { lineage: envelope.lineage, ...about },
      },
      moment.causes,
    );
    runtime.simulation.world.changed();
  }

  #hasChanged(copy: Message): boolean {
    if (this.kills) return false;
    try {
      if (hashValue(copy.headers) !== hashValue(this.message.headers)) return true;
      if (!copy.parsed) return copy.body !== this.text;
      const now = JSON.stringify(copy.body);
      return now !== this.text && now !== JSON.stringify(JSON.parse(this.text));
    } catch {
      // It can no longer be written: a circle, a bigint.
      return true;
    }
  }
}
