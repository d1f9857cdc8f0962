/**
 * The queue broker in a run: its core, what the history records of it, and the faults that strike as copies arrive.
 */
import type { Availability, Runtime } from '../../component.ts';
import type { DeliverySite } from '../../faults/site.ts';
import { arrivalHash } from '../../faults/rule.ts';
import type { Happened } from '../../history/history.ts';
import type { Accept } from '../../network/wire.ts';
import type { Wires } from '../../network/wires.ts';
import type { Process } from '../../services/process.ts';
import { Silence } from '../../services/silence.ts';
import type { Simulation } from '../../simulation.ts';
import type { Envelope, Identify, Message } from '../message.ts';
import { type BrokerShape, QueueBroker } from './broker.ts';
import { Connection } from './connection.ts';
import { Gate } from './gate.ts';
import type { Link } from './link.ts';
import type { Queue } from './queue.ts';

/** Ends of copies that somebody asked for, when a queue was declared or since. */
const DECLARED = new Set(['unroutable', 'expired', 'maxlen', 'purged', 'deleted', 'queue expired']);

const CONFIRM_TIMEOUT_US = 10_000_000;

/** Longer than this no queue of a test grows; beyond, the run ends with a clear outcome. */
const QUEUE_LENGTH_MAX = 50_000;

export class QueueRuntime<Port = unknown> implements Runtime<Port> {
  availability: Availability = 'up';
  readonly blocks = true;
  readonly broker: QueueBroker;
  /**
   * A memory or disk alarm: what is published waits until it is over. Deliveries and acks go on: processes are taken to
   * publish and to consume over connections of their own. Sources: RabbitMQ documentation, "Memory and Disk Alarms",
   * "Blocked Connection Notifications".
   */
  readonly alarm: Gate;
  readonly #connections = new Map<Process, Connection>();
  /** Connections of real clients. */
  readonly #links = new Set<Link>();
  #wires: Wires | undefined;
  /** Lineages that came to some queue without a delivery limit. */
  readonly #unlimited = new Set<string>();
  /** When the next look at a queue's head is due. */
  readonly #watched = new Map<string, number>();
  /** Deliveries that a silent broker holds back. */
  readonly #silence = new Silence(this);

  constructor(
    readonly name: string,
    shape: BrokerShape,
    readonly identify: Identify | undefined,
    readonly simulation: Simulation,
    readonly portOf: (runtime: QueueRuntime, process: Process) => Port,
  ) {
    const { world } = simulation;
    this.broker = new QueueBroker(
      shape,
      {
        arriving: (envelope, queue, enqueue) => this.#arriving(envelope, queue, enqueue),
        headExpires: (queue) => this.#watchExpiry(queue),
        later: (us, run) => void world.spawn(us, run),
        deadLettered: ({ envelope }, from, to, reason) => {
          this.note(name, 'deadLettered', envelope, [from], { reason, to });
          world.changed();
        },
        dropped: (envelope, queue, reason) => {
          this.note(name, 'dropped', envelope, queue === undefined ? [] : [queue], {
            reason,
            declared: DECLARED.has(reason),
          });
          if (reason === 'restart') simulation.outageMet(name);
          this.left();
        },
      },
      () => world.nowUs,
      world.epochMs,
    );
    this.alarm = new Gate(() => this.#isAlarmed);
  }

  get isOut(): boolean {
    return this.availability === 'refusing' || this.availability === 'silent';
  }

  get #isAlarmed(): boolean {
    const { alarm } = this.broker.shape;
    return this.availability === 'blocking publishers' || (alarm !== undefined && this.broker.held > alarm.above);
  }

  port(process: Process): Port {
    return this.portOf(this, process);
  }

  /** A real client has connected. */
  attach(link: Link): void {
    this.#links.add(link);
  }

  detach(link: Link): void {
    this.#links.delete(link);
  }

  /** Real clients may connect to it. */
  listen(accept: Accept, ports: readonly number[]): void {
    this.#wires = this.simulation.network.listen(this, accept, { ports, hasHeartbeats: true });
  }

  halfOpen(process: Process): void {
    this.#connections.get(process)?.goHalfOpen();
    this.#wires?.halfOpen(process);
  }

  restarting(): void {
    this.broker.restart();
    this.simulation.world.changed();
  }

  isConnected(process: Process): boolean {
    return this.#connections.get(process)?.isOpen === true || this.#wires?.isConnected(process) === true;
  }

  serves(process: Process): boolean {
    return this.#connections.get(process)?.hasConsumers === true || this.#wires?.serves(process) === true;
  }

  disconnect(process: Process): void {
    this.#connections.get(process)?.drop();
    this.#wires?.disconnect(process);
  }

  availabilityChanged(): void {
    if (this.availability === 'refusing') {
      if ([...this.#connections.values()].some((each) => each.consumes)) this.simulation.outageMet(this.name);
      for (const connection of this.#connections.values()) connection.drop();
    }
    this.#silence.look();
    this.#wires?.availabilityChanged();
    this.alarm.look();
  }

  /** Runs now, or when a silent broker speaks again. */
  whenSpeaking(go: () => void): void {
    this.#silence.over(go);
  }

  /** Somebody has sent a message, and hears nothing until he gives up. */
  whenGivenUp(giveUp: () => void): void {
    this.simulation.world.spawn(CONFIRM_TIMEOUT_US, giveUp);
  }

  /** A message has left the broker: an alarm may be over. */
  left(): void {
    if (this.alarm.holdsBack) this.simulation.world.spawn(0, () => this.alarm.look());
  }

  unfinished(): readonly string[] {
    const links: readonly Link[] = [...this.#connections.values(), ...this.#links];
    const open = links.flatMap((link) => link.unfinished());
    return [...open, ...this.broker.unfinished];
  }

  brokenLaw(): string | undefined {
    return this.broker.brokenLaw;
  }

  note(
    process: string,
    kind: string,
    envelope: Envelope,
    channels: readonly string[],
    about: Record<string, unknown> = {},
    message: Message = envelope.message,
  ): number {
    const data: Happened = {
      component: this.name,
      channels,
      value: message,
      about: { lineage: envelope.lineage, ...about },
    };
    return this.simulation.record(process, kind, data, envelope.entry < 0 ? [] : [envelope.entry]);
  }

  deliverySite(moment: DeliverySite['moment'], queue: Queue): DeliverySite {
    const { sites, world } = this.simulation;
    const isLimited = !this.#unlimited.has(moment.lineage);
    const site = {
      what: 'delivery',
      moment,
      channel: queue.name,
      component: this.name,
      isLimited,
      readsClock: this.simulation.clocks.isReadBy(moment.service),
      timeUs: world.nowUs,
    } as const;
    sites?.push(site);
    return site;
  }

  /** The plain port's connection of a process. */
  connectionOf(process: Process): Connection {
    let connection = this.#connections.get(process);
    if (!connection) {
      connection = new Connection(this, process);
      this.#connections.set(process, connection);
    }
    return connection;
  }

  #arriving(envelope: Envelope, queue: string, enqueue: () => void): void {
    const { simulation } = this;
    const { world, book } = simulation;
    const isAsked = simulation.sites !== undefined || book.rule !== undefined;
    if (isAsked && this.broker.find(queue)?.deliveryLimit === undefined) this.#unlimited.add(envelope.lineage);
    const nth = simulation.count(`arrival ${queue} ${envelope.lineage}`);
    const arrival = { nth, lineage: envelope.lineage, channel: queue };
    simulation.sites?.push({ what: 'arrival', arrival, timeUs: world.nowUs });
    const faults = [...book.arrivals(nth, envelope.lineage, queue)];
    const drawn = book.rule?.atArrival({ arrival }, arrivalHash(envelope.lineage, queue, nth), world.draws);
    if (drawn) faults.push(book.drawn(drawn));
    let lateUs = 0;
    for (const fault of faults) {
      simulation.strike(fault, this.name, [envelope.entry]);
      const { data } = fault;
      if (data.kind === 'late') lateUs = Math.max(lateUs, data.byUs);
      if (data.kind === 'duplicate') world.spawn(data.afterUs, () => this.#arriving(envelope, queue, enqueue));
    }
    const put = (): void => {
      world.changed();
      enqueue();
      if ((this.broker.find(queue)?.length ?? 0) > QUEUE_LENGTH_MAX)
        world.pass(`${QUEUE_LENGTH_MAX} messages in queue ${queue}`);
    };
    if (lateUs > 0) world.spawn(lateUs, put);
    else put();
  }

  #watchExpiry(name: string): void {
    const { world } = this.simulation;
    const queue = this.broker.find(name);
    if (!queue) return;
    const dueUs = queue.expiresUs;
    // One watch for each queue: whoever comes behind the head is looked at when the head's time has come.
    if (dueUs >= (this.#watched.get(name) ?? Infinity)) return;
    this.#watched.set(name, dueUs);
    world.spawn(dueUs - world.nowUs, () => {
      if (this.#watched.get(name) !== dueUs) return;
      this.#watched.delete(name);
      // By now it may be another one of that name, or none.
      this.broker.find(name)?.expire(world.nowUs);
      this.#watchExpiry(name);
    });
  }
}
