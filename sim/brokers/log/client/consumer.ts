/**
 * A process's consumer: a member of a group that hands out the records of the partitions that it is assigned. For each
 * partition one at a time: the next record comes when the one before has nothing under way, or was committed.
 *
 * Not modelled: the new group protocol (KIP-848), regular expressions for topics, interceptors, rack-aware fetching.
 */
import { EddyError } from '../../../errors.ts';
import type { Moment } from '../../../kernel/context.ts';
import type { Process } from '../../../services/process.ts';
import type { LogClient, LogConnection } from '../connection.ts';
import type { LogRecord } from '../record.ts';
import type { LogRuntime } from '../runtime.ts';
import { AutoCommit } from './auto-commit.ts';
import { Commits } from './commits.ts';
import type { ConsumerSettings } from './consumer-options.ts';
import { Courier } from './courier.ts';
import { LiveBatch, LiveRecord } from './delivery.ts';
import type { Groups } from './groups.ts';
import { Hands } from './hands.ts';
import { Holdings } from './holdings.ts';
import { Membership } from './membership.ts';
import type { Pump, Pumping } from './pump.ts';
import type { Reading } from './reading.ts';

type State = 'new' | 'open' | 'closing' | 'closed';

export class LogConsumer implements LogClient, Pumping {
  readonly courier: Courier;
  readonly membership: Membership;
  readonly holdings: Holdings;
  readonly hands: Hands;
  readonly commits: Commits;
  autoCommit: AutoCommit | undefined;
  #state: State = 'new';
  #reading: Reading | undefined;
  readonly #halted = (): void => this.#processHalted();
  readonly #readable = (topic: string, partition: number): void => this.holdings.pump(topic, partition)?.readable();

  constructor(
    readonly runtime: LogRuntime<string>,
    readonly connection: LogConnection,
    readonly topics: readonly string[],
    readonly settings: ConsumerSettings,
  ) {
    const { process } = connection;
    const { world } = runtime.simulation;
    this.courier = new Courier(connection, `consumer ${settings.group} of ${process.label} on ${runtime.name}`);
    this.holdings = new Holdings(this);
    this.membership = new Membership(runtime.groups, settings, topics, this.courier, this.holdings);
    this.hands = new Hands(world, process, settings.maxPollIntervalUs, () => this.exceedPollInterval());
    this.commits = new Commits(this);
  }

  get process(): Process {
    return this.connection.process;
  }

  /** Whose doing is what the client does by itself. */
  get moment(): Moment {
    return this.process.work;
  }

  get groups(): Groups {
    return this.runtime.groups;
  }

  get nowUs(): number {
    return this.runtime.simulation.world.nowUs;
  }

  get isClosed(): boolean {
    return this.#state === 'closing' || this.#state === 'closed';
  }

  get serves(): boolean {
    return this.#state === 'open' || this.#state === 'closing';
  }

  get together(): number {
    return this.#reading?.isBatched ? this.settings.maxPollRecords : 1;
  }

  /** Joins the group. @throws EddyError EDDY_CONFIG when it is read already, or was closed */
  open(reading: Reading): void {
    if (this.#state !== 'new') {
      const says = this.isClosed ? 'was closed' : 'is being read already';
      throw new EddyError('EDDY_CONFIG', `This consumer of group ${this.settings.group} ${says}: make another one`);
    }
    this.#state = 'open';
    this.#reading = reading;
    this.connection.clients.add(this);
    this.process.halts.add(this.#halted);
    this.runtime.readers.add(this.#readable);
    this.membership.begin();
  }

  /** Commits at polls. */
  commitAtPolls(): void {
    this.autoCommit = new AutoCommit(this, this.settings.autoCommitIntervalUs);
  }

  /** Finishes what is in hand, gives its partitions up and leaves the group. With `tells` the code hears of it. */
  close(then: () => void): void {
    if (this.isClosed || !this.process.alive) {
      then();
      return;
    }
    this.#state = 'closing';
    this.holdings.giveUp(
      () => false,
      () => this.membership.leave(() => this.#closed(then)),
    );
  }

  #closed(then: () => void): void {
    this.#state = 'closed';
    this.#detach();
    this.runtime.simulation.world.changed();
    then();
  }

  #detach(): void {
    this.connection.clients.delete(this);
    this.process.halts.delete(this.#halted);
    this.runtime.readers.delete(this.#readable);
  }

  fail(error: EddyError): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#detach();
    this.process.enter(this.moment, () => this.#reading?.failed(error, this.process));
  }

  poll(): void {
    this.autoCommit?.poll();
  }

  handOut(pump: Pump, records: readonly LogRecord[]): void {
    const reading = this.#reading;
    const lives = records.map((record) => new LiveRecord(this, pump, record));
    const [first] = lives;
    if (!reading || !first) return;
    const one = reading.isBatched ? new LiveBatch(pump, lives) : first;
    pump.hold(one);
    this.hands.take(one);
    for (const { handed } of lives) handed.strikeReceipt();
    if (!this.process.alive) return;
    this.runtime.simulation.world.enterContext(first.handed.context, () => reading.hand(one));
    this.hands.look(one);
  }

  outOfRange(pump: Pump): void {
    this.holdings.reset(pump);
  }

  /** It works at something for too long: the client takes itself out (fact 33). @returns whether it has such a limit */
  exceedPollInterval(): boolean {
    if (this.settings.maxPollIntervalUs === Infinity || this.#state !== 'open') return false;
    this.holdings.forfeit();
    this.membership.pollTooLate();
    return true;
  }

  /** The coordinator has heard nothing of it for a session; it does not know. @returns whether it had one */
  timeOutSession(): boolean {
    return this.membership.timeOutSession();
  }

  dropped(): void {}

  back(): void {
    this.courier.back();
    this.membership.isBack();
    for (const pump of this.holdings.pumps) pump.readable();
  }

  /** Nothing passes any more, and the connection has not broken. */
  silenced(): void {
    this.membership.fellSilent();
  }

  unfinished(): readonly string[] {
    return this.hands.unfinished;
  }

  #processHalted(): void {
    if (!this.process.alive) {
      this.membership.fellSilent();
      this.#detach();
      return;
    }
    const { sessionTimeoutUs, heartbeatUs } = this.settings;
    if (this.courier.pausedUs + heartbeatUs >= sessionTimeoutUs) this.membership.fellSilent();
    this.courier.later(0, () => this.membership.isBack());
  }
}
