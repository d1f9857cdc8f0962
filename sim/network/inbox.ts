/** What the client has written and the endpoint has not read, because something holds it back; in order. */
import type { Moment } from '../kernel/context.ts';
import type { Process } from '../services/process.ts';
import type { ClientEnd } from './end.ts';

/** So many bytes the client gets rid of though nobody reads them: buffers on the way. */
const WINDOW_BYTES = 65_536;

interface Held {
  /** Absent: the client's end. */
  readonly bytes?: Uint8Array;
  readonly moment?: Moment;
}

export class Inbox {
  #held: Held[] = [];
  #bytes = 0;
  #isClientWaiting = false;
  /** The endpoint is being handed something. */
  isPassing = false;
  #hasEnded = false;

  constructor(
    readonly process: Process,
    readonly client: ClientEnd,
    readonly isHeldBack: () => boolean,
    readonly receive: (bytes: Uint8Array, moment: Moment) => void,
    readonly ended: () => void,
  ) {}

  get isWaiting(): boolean {
    return this.#held.length > 0;
  }

  /** @returns whether the client may go on writing */
  take(bytes: Uint8Array, moment: Moment): boolean {
    if (this.#held.length === 0 && !this.isPassing && !this.isHeldBack()) {
      this.isPassing = true;
      this.receive(bytes, moment);
      this.isPassing = false;
      return true;
    }
    // The client may use its buffer again.
    this.#held.push({ bytes: Buffer.from(bytes), moment });
    this.#bytes += bytes.length;
    this.#isClientWaiting = this.#bytes > WINDOW_BYTES;
    return !this.#isClientWaiting;
  }

  /** The client writes nothing more. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (this.#held.length === 0 && !this.isPassing && !this.isHeldBack()) this.ended();
    else this.#held.push({});
  }

  clear(): void {
    this.#held = [];
    this.#bytes = 0;
    if (this.#isClientWaiting) this.#letGoOn();
  }

  /** Passes on what it may. */
  look(): void {
    if (this.isPassing || this.#held.length === 0) return;
    this.isPassing = true;
    while (this.process.alive && !this.isHeldBack()) {
      const held = this.#held.shift();
      if (!held) break;
      if (!held.bytes) this.ended();
      else {
        this.#bytes -= held.bytes.length;
        this.receive(held.bytes, held.moment ?? this.process.work);
      }
    }
    this.isPassing = false;
    if (this.#isClientWaiting && this.#bytes <= WINDOW_BYTES) this.#letGoOn();
  }

  #letGoOn(): void {
    this.#isClientWaiting = false;
    const { process, client } = this;
    process.simulation.world.after(0, () => process.enter(process.work, () => client.written()));
  }
}
