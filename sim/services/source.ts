/**
 * The workload: a process of its own, without crashes, that sends item after item with small gaps. A send that rejects
 * is made again, with backoff, until it resolves: a source is at-least-once, as producers are.
 */
import { type Component, openPorts } from '../component.ts';
import { handedOut } from '../history/freeze.ts';
import type { Simulation } from '../simulation.ts';
import { nameOf, Process } from './process.ts';

export interface WorkloadShape {
  readonly uses: Readonly<Record<string, Component<unknown>>>;
  readonly key: (item: never) => string;
  readonly send: (item: never, ports: never) => Promise<void>;
}

const GAP_MIN_US = 1_000;
const GAP_MAX_US = 20_000;
const BACKOFF_FIRST_US = 100_000;
const BACKOFF_MAX_US = 5_000_000;

export class Source {
  readonly #process: Process;
  readonly #ports: unknown;
  #open: string | undefined;

  constructor(
    readonly simulation: Simulation,
    readonly workload: WorkloadShape,
    readonly items: readonly unknown[],
  ) {
    this.#process = new Process(simulation, 'workload', 0, 1, 'workload');
    // Errors of the workload's own code end nothing: its process never crashes.
    this.#process.neverDies = true;
    this.#process.die = (_death, why) => {
      simulation.record('workload', 'failed', { why });
    };
    this.#ports = openPorts(simulation, workload.uses, this.#process);
  }

  start(): void {
    this.#next(0);
  }

  /** The item whose send never resolved. */
  get unfinished(): readonly string[] {
    return this.#open === undefined ? [] : [`the send of ${this.#open} never ended`];
  }

  #next(n: number): void {
    const item = this.items[n];
    if (n >= this.items.length) return;
    const key = this.workload.key(item as never);
    const { world } = this.simulation;
    const gapUs = world.random.between(
      this.simulation.moment({ at: 'send', nth: 1, item: key }, key, []).hash,
      GAP_MIN_US,
      GAP_MAX_US,
    );
    world.spawn(gapUs, () => this.#send(n, key, item, 1, BACKOFF_FIRST_US));
  }

  /** What `send` throws is a rejection; it gets a copy, so that what it changes is not there the next time. */
  async #sending(item: unknown): Promise<void> {
    await this.workload.send(handedOut(item) as never, this.#ports as never);
  }

  #send(n: number, key: string, item: unknown, nth: number, backoffUs: number): void {
    const { simulation } = this;
    const entry = simulation.record('workload', 'sent', { item: key, nth });
    const moment = simulation.moment({ at: 'send', nth, item: key }, key, [entry]);
    this.#open = key;
    simulation.world.changed();
    simulation.world.disturbed();
    this.#process.enter(moment, () => {
      this.#sending(item).then(
        () => {
          this.#open = undefined;
          this.#next(n + 1);
        },
        (error: unknown) => {
          simulation.record('workload', 'sendFailed', { item: key, nth, why: nameOf(error) }, [entry]);
          simulation.world.spawn(backoffUs, () =>
            this.#send(n, key, item, nth + 1, Math.min(backoffUs * 2, BACKOFF_MAX_US)),
          );
        },
      );
    });
  }
}
