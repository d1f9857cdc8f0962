/**
 * How a message comes to a consumer, whichever broker hands it out: a moment begins, poison spoils the body, faults "on
 * receipt" strike, and the consumer gets a copy of its own.
 */
import { EddyError } from '../errors.ts';
import type { PlannedFault } from '../faults/book.ts';
import type { MomentRef } from '../faults/fault.ts';
import type { DeliverySite } from '../faults/site.ts';
import { rootOf } from '../faults/words.ts';
import { ownCopy } from '../history/freeze.ts';
import { hashValue } from '../history/hash.ts';
import { readJson } from '../json.ts';
import { type Context, type Moment, takeUp } from '../kernel/context.ts';
import type { Process } from '../services/process.ts';
import { strikeProcess } from '../services/strike.ts';
import { type Envelope, frozenMessage, type Message, readMessage } from './message.ts';
import { spoil } from './poison.ts';

/** How long "fails for 5 s" fails, from the first delivery on. */
const FAILS_FOR_US = 5_000_000;

export type DeliveryRef = MomentRef & { readonly at: 'delivery' };

/** What the broker at hand knows of a delivery. */
export interface Handing {
  readonly process: Process;
  readonly broker: string;
  readonly envelope: Envelope;
  site(ref: DeliveryRef): DeliverySite;
  /** Records the delivery. @returns its entry */
  note(about: Readonly<Record<string, unknown>>, message: Message): number;
  /** Further facts for the history, after the delivery's number. */
  readonly about: Readonly<Record<string, unknown>>;
}

/** A message in a consumer's hands. */
export interface Handed {
  readonly context: Context;
  readonly moment: Moment;
  /** As it was handed out, frozen; spoiled if it is poison. */
  readonly message: Message;
  readonly copy: OwnCopy;
  /** What strikes as soon as the delivery is there. */
  strikeReceipt(): void;
}

/** The delivery begins; the caller strikes what comes on receipt, and enters the consumer's code. */
export function handOut({ process, broker, envelope, site: siteOf, note, about }: Handing): Handed {
  const { simulation } = process;
  const { lineage } = envelope;
  const nth = simulation.count(`delivery ${process.service} ${lineage}`);
  const ref = { at: 'delivery', nth, lineage, service: process.service } as const;
  const moment = simulation.moment(ref, lineage, [], broker);
  const site = siteOf(ref);
  const isFirst = simulation.count(`any delivery ${lineage}`) === 1;
  let drawn = simulation.book.rule?.atDelivery(site, moment.hash, simulation.world.draws);
  // What was delivered true before cannot be poisoned in every delivery any more.
  if (drawn?.kind === 'poison' && !isFirst) drawn = { ...drawn, moment: ref };
  const drawnFault = drawn && simulation.book.drawn(drawn);
  const poisons = [...simulation.book.poisonsOf(lineage, ref)];
  if (drawnFault?.data.kind === 'poison') {
    if (!drawnFault.data.moment) simulation.book.keep(drawnFault);
    poisons.push(drawnFault);
  }
  const text = poisoned(envelope, poisons, process);
  const message = text === envelope.text ? envelope.message : frozenMessage(envelope.message, text);
  const hows = poisons.map(({ data }) => (data.kind === 'poison' ? data.how : ''));
  const entry = note({ nth, ...about, ...(hows.length > 0 ? { poison: hows } : {}) }, message);
  moment.causes = [entry];
  moment.open = true;
  simulation.world.changed();
  const context = { world: simulation.world, actor: process, moment };
  const handed: Handed = {
    context,
    moment,
    message,
    copy: new OwnCopy(process, context, message, text, hows.includes('kills the process')),
    strikeReceipt: () => {
      for (const fault of drawnFault ? [...moment.faults, drawnFault] : moment.faults) {
        if ('place' in fault.data && fault.data.place.gap === 'receipt') strikeProcess(process, moment, fault);
      }
    },
  };
  inHand.set(moment, handed);
  return handed;
}

const inHand = new WeakMap<Moment, Handed>();

/** What the code that runs for this moment was handed, for an adapter that finds only the bytes of it. */
export function handedIn(moment: Moment): Handed | undefined {
  return inHand.get(moment);
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

/** The consumer's copy of a message: what it changes in it, it changes for nobody else. */
export class OwnCopy {
  #copy: Message | undefined;

  constructor(
    readonly process: Process,
    readonly context: Context,
    readonly message: Message,
    readonly text: string,
    /** Whoever reads its body dies. */
    readonly kills: boolean,
  ) {}

  /** Reading the message means to work for it from here on. */
  take(): Message {
    takeUp(this.context);
    if (this.#copy) return this.#copy;
    const copy = { ...readMessage(this.message, this.text), headers: ownCopy(this.message.headers) };
    this.#copy = this.kills ? this.#deadly(copy) : copy;
    return this.#copy;
  }

  /** For a client whose message has a form of its own: its body is read, which means to work for it. */
  read(): void {
    takeUp(this.context);
    if (this.kills) this.#kill();
  }

  /** Its id, type and headers can be looked at; its body is the end of the process. */
  #deadly(copy: Message): Message {
    return Object.defineProperty(copy, 'body', { enumerable: true, get: (): never => this.#kill() });
  }

  #kill(): never {
    const { process, context, message } = this;
    process.die('process', 'poison', context.moment.causes);
    throw new EddyError('EDDY_PROCESS_DIED', `Reading the body of ${message.id} killed the process`);
  }

  /** Whether it was taken and is not what it was. */
  get hasChanged(): boolean {
    const copy = this.#copy;
    if (!copy || this.kills) return false;
    try {
      if (hashValue(copy.headers) !== hashValue(this.message.headers)) return true;
      if (!copy.parsed) return copy.body !== this.text;
      const now = JSON.stringify(copy.body);
      return now !== this.text && now !== JSON.stringify(readJson(this.text));
    } catch {
      // It can no longer be written: a circle, a bigint.
      return true;
    }
  }
}
