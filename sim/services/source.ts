/**
 * The workload: a process of its own, without crashes, that sends item after item with small gaps, or, in a burst, many at
 * once. A send that rejects is made again, with backoff, until it resolves: a source is at-least-once, as producers are.
 */
import { type Component, openPorts } from '../component.ts';
import { EddyError } from '../errors.ts';
import { printMoment } from '../faults/print.ts';
import { handedOut } from '../history/freeze.ts';
import { hashText } from '../kernel/random.ts';
import type { Simulation } from '../simulation.ts';
import { nameOf } from '../thrown.ts';
import { keyOfItem } from './item-key.ts';
import { Process } from './process.ts';

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
  readonly #open = new Set<string>();

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

  /** The items whose send never resolved. */
  get unfinished(): readonly string[] {
    return [...this.#open].map((key) => `the send of ${key} never ended`);
  }

  #next(n: number): void {
    const item = this.items[n];
    if (n >= this.items.length) return;
    const key = this.#keyOf(item);
    const { world } = this.simulation;
    const first = hashText(printMoment({ at: 'send', nth: 1, item: key }));
    const gapUs = world.random.between(first, GAP_MIN_US, GAP_MAX_US);
    const count = this.#burstFrom(n, key);
    let left = count;
    const sent = (): void => {
      if (--left === 0) this.#next(n + count);
    };
    world.spawn(gapUs, () => {
      for (let at = n; at < n + count; at++) this.#send(this.items[at], 1, BACKOFF_FIRST_US, sent);
    });
  }

  #keyOf(item: unknown): string {
    return keyOfItem(item, this.workload.key as (item: unknown) => string);
  }

  /** How many items are sent at once. */
  #burstFrom(n: number, key: string): number {
    const { book } = this.simulation;
    const fault = book.bursts.find(({ data }) => data.kind === 'burst' && data.item === key);
    if (fault?.data.kind !== 'burst') return 1;
    fault.reached = true;
    const count = Math.min(fault.data.count, this.items.length - n);
    if (count > 1) this.simulation.strike(fault, 'workload', []);
    return count;
  }

  /** What `send` throws is a rejection; it gets a copy, so that what it changes is not there the next time. */
  async #sending(item: unknown): Promise<void> {
    await this.workload.send(handedOut(item) as never, this.#ports as never);
  }

  #send(item: unknown, nth: number, backoffUs: number, sent: () => void): void {
    const { simulation } = this;
    const key = this.#keyOf(item);
    const entry = simulation.record('workload', 'sent', { item: key, nth });
    const moment = simulation.moment({ at: 'send', nth, item: key }, key, [entry]);
    this.#open.add(key);
    simulation.world.changed();
    simulation.world.disturbed();
    this.#process.enter(moment, () => {
      this.#sending(item).then(
        () => {
          this.#open.delete(key);
          sent();
        },
        (error: unknown) => {
          // What a port refuses is a fault's doing, and it is sent again.
          if (!(error instanceof EddyError)) simulation.throws.note('workload', error);
          simulation.record('workload', 'sendFailed', { item: key, nth, why: nameOf(error) }, [entry]);
          simulation.world.spawn(backoffUs, () =>
            this.#send(item, nth + 1, Math.min(backoffUs * 2, BACKOFF_MAX_US), sent),
          );
        },
      );
    });
  }
}
