/**
 * A process's connection to the log's brokers, which all its producers and consumers share. When it breaks, requests without
 * an answer fail; it comes back by itself, first after 100 ms, then doubling to 5 s.
 *
 * Not modelled: a connection to each broker; that a broker takes up one request of a connection after the other.
 */
import { HEARTBEAT_US, type Process } from '../../services/process.ts';
import { Reconnect, type Reconnecting } from '../../services/reconnect.ts';
import { LogProducer } from './client/producer.ts';
import type { ProducerConfig } from './client/producer-config.ts';
import type { LogRuntime } from './runtime.ts';

/** A producer or consumer of the process. */
export interface LogClient {
  /** The connection has broken. */
  dropped(): void;
  /** It is there again. */
  back(): void;
  /** Nothing passes over it any more, and nobody hears of that. */
  silenced?(): void;
  /** Whether it would give the process more to do: it keeps Node's event loop going. */
  readonly serves: boolean;
  /** What is open when the run is quiet, in words. */
  unfinished(): readonly string[];
}

export class LogConnection implements Reconnecting {
  isOpen = true;
  /** Nothing passes any more, though both sides think it open. */
  isHalfOpen = false;
  /** How often it has broken. */
  losses = 0;
  readonly clients = new Set<LogClient>();
  readonly #reconnect = new Reconnect(this);
  #producers = 0;

  constructor(
    readonly runtime: LogRuntime<string>,
    readonly process: Process,
  ) {
    process.connections.add(() => {
      // A broker keeps the connection of a process that stands still; that one is gone is not heard of over a half-open one.
      if (!process.alive && !this.isHalfOpen) this.drop();
    });
  }

  /** Another producer of the process. */
  producer(config: ProducerConfig): LogProducer {
    const { label } = this.process;
    this.#producers++;
    return new LogProducer(this.runtime, this, config, this.#producers === 1 ? label : `${label}#${this.#producers}`);
  }

  get isOut(): boolean {
    return this.runtime.isOut;
  }

  /** Whether somebody at this end would notice its loss. */
  get isUsed(): boolean {
    return this.isOpen && this.process.alive && this.clients.size > 0;
  }

  get serves(): boolean {
    return [...this.clients].some((client) => client.serves);
  }

  unfinished(): readonly string[] {
    return this.process.alive ? [...this.clients].flatMap((client) => client.unfinished()) : [];
  }

  drop(): void {
    this.isOpen = false;
    this.isHalfOpen = false;
    this.losses++;
    for (const client of this.clients) client.dropped();
    this.runtime.simulation.world.changed();
    this.#reconnect.later();
  }

  /** Both sides give it up when their time-outs have passed. */
  goHalfOpen(): void {
    if (this.isHalfOpen) return;
    this.isHalfOpen = true;
    for (const client of this.clients) client.silenced?.();
    const { losses } = this;
    this.runtime.simulation.world.disturbFor(HEARTBEAT_US, () => {
      if (this.losses === losses) this.drop();
    });
  }

  back(): void {
    this.isOpen = true;
    this.runtime.simulation.world.changed();
    for (const client of this.clients) client.back();
  }
}
