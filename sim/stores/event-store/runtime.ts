/** The event store in a run: its log, what the history records of it, and who is connected. */
import type { Availability, Runtime } from '../../component.ts';
import { arrivalHash } from '../../faults/rule.ts';
import type { Happened } from '../../history/history.ts';
import type { Moment } from '../../kernel/context.ts';
import { hashText } from '../../kernel/random.ts';
import type { Process } from '../../services/process.ts';
import { Silence } from '../../services/silence.ts';
import type { Simulation } from '../../simulation.ts';
import { StoreConnection, type Subscription } from './connection.ts';
import { brokenLaw } from './law.ts';
import { type Draft, EventLog, type Expected, type Recorded, type Snapshot, type Stored } from './log.ts';
import { type EventStorePort, makePort } from './port.ts';

export class EventStoreRuntime implements Runtime<EventStorePort<unknown>> {
  availability: Availability = 'up';
  readonly log = new EventLog();
  /** All that ever were, in the order in which they were asked for. */
  readonly subscriptions: Subscription[] = [];
  readonly #connections = new Map<Process, StoreConnection>();
  /** What a silent store holds back. */
  readonly #silence = new Silence(this);

  constructor(
    readonly name: string,
    readonly simulation: Simulation,
  ) {}

  port(process: Process): EventStorePort<unknown> {
    let connection = this.#connections.get(process);
    if (!connection) {
      connection = new StoreConnection(this, process);
      this.#connections.set(process, connection);
    }
    return makePort(this, connection);
  }

  isConnected(process: Process): boolean {
    return this.#connections.get(process)?.isOpen === true;
  }

  serves(process: Process): boolean {
    return this.#connections.get(process)?.hasSubscriptions === true;
  }

  disconnect(process: Process): void {
    this.#connections.get(process)?.drop();
  }

  availabilityChanged(): void {
    if (this.availability === 'refusing') {
      if ([...this.#connections.values()].some((each) => each.observes)) this.simulation.outageMet(this.name);
      for (const connection of this.#connections.values()) connection.drop();
    }
    this.#silence.look();
  }

  /** Runs now, or when a silent store speaks again. */
  whenSpeaking(go: () => void): void {
    this.#silence.over(go);
  }

  brokenLaw(): string | undefined {
    return brokenLaw(this.name, this.log, this.subscriptions, this.simulation.history);
  }

  /** @throws EddyError EDDY_WRONG_VERSION */
  append(
    process: Process,
    moment: Moment,
    stream: string,
    drafts: readonly Draft[],
    expected: Expected,
  ): readonly Stored[] {
    const appended = this.log.append(stream, drafts, expected);
    for (const stored of appended) {
      const { recorded, lineage } = stored;
      stored.entry = this.#note(process, moment, 'appended', stream, recorded, { lineage });
    }
    if (appended.length === 0) return appended;
    this.simulation.world.changed();
    for (const connection of this.#connections.values()) connection.appended();
    return appended;
  }

  read(process: Process, moment: Moment, stream: string, from?: number): readonly Recorded<unknown>[] {
    const found = this.log.read(stream, from);
    this.noteRead(found.length, ...found);
    this.#note(process, moment, 'read', stream, { stream, version: this.log.versionOf(stream) });
    return found;
  }

  saveSnapshot(process: Process, moment: Moment, snapshot: Snapshot): void {
    this.log.saveSnapshot(snapshot);
    this.simulation.world.overwrote(hashText(`${this.name} snapshot of ${snapshot.stream}`));
    this.#note(process, moment, 'snapshotted', snapshot.stream, snapshot);
  }

  /** Who polls is told apart by what it reads. */
  noteRead(...values: readonly unknown[]): void {
    const { world, history } = this.simulation;
    if (world.chain) for (const value of values) world.read(history.hashes.of(value));
  }

  /** How much later than others this event comes to a subscriber, in microseconds. */
  lateness({ service }: Process, { lineage, entry }: Stored): number {
    const { simulation } = this;
    const { book, world } = simulation;
    const nth = simulation.count(`arrival ${service} ${lineage}`);
    const arrival = { nth, lineage, channel: service };
    const site = { what: 'arrival', arrival, isStored: true, timeUs: world.nowUs } as const;
    simulation.sites?.push(site);
    const faults = [...book.arrivals(nth, lineage, service)];
    const drawn = book.rule?.atArrival(site, arrivalHash(lineage, service, nth), world.draws);
    if (drawn) faults.push(book.drawn(drawn));
    let lateUs = 0;
    for (const fault of faults) {
      fault.reached = true;
      if (fault.data.kind !== 'late') continue;
      simulation.strike(fault, this.name, [entry]);
      lateUs = Math.max(lateUs, fault.data.byUs);
    }
    return lateUs;
  }

  #note(
    process: Process,
    moment: Moment,
    kind: string,
    stream: string,
    value: unknown,
    about?: Record<string, unknown>,
  ): number {
    const data: Happened = { component: this.name, channels: [stream], value, ...(about ? { about } : {}) };
    return this.simulation.record(process.label, kind, data, moment.causes);
  }
}
