/**
 * A PostgreSQL in a run: its connections, their one engine, and what the history records of it: rows when they are committed,
 * with the moment of the commit. The engine answers within a step, so that no time goes by meanwhile.
 */
import type { Availability, Runtime } from '../../component.ts';
import type { Moment } from '../../kernel/context.ts';
import { combine, hashText } from '../../kernel/random.ts';
import { EPOCH_MS } from '../../kernel/world.ts';
import { Wires } from '../../network/wires.ts';
import { textsIn, type Told, toldIn } from '../../protocols/postgres/backend.ts';
import { query } from '../../protocols/postgres/bytes.ts';
import type { Process } from '../../services/process.ts';
import { Silence } from '../../services/silence.ts';
import type { Simulation } from '../../simulation.ts';
import { type Change, ChangeReader } from './changes.ts';
import { Gate } from './gate.ts';
import { RowKeys } from './keys.ts';
import { Session } from './session.ts';
import { OWN } from './setup.ts';
import type { Store } from './store.ts';

/** Where PostgreSQL listens. */
export const PORT = 5432;

/** Who asks, and when: a transaction that was put off began earlier. */
export interface Asking {
  readonly process: Process;
  readonly moment: Moment;
  readonly timeUs: number;
}

export class PostgresRuntime<P> implements Runtime<P> {
  availability: Availability = 'up';
  readonly gate: Gate<Session>;
  readonly silence = new Silence(this);
  /** Tables of which the last change was a heartbeat's: who reads one again has read what was there before. */
  readonly beats = new Set<string>();
  readonly sessions = new Set<Session>();
  readonly #wires: Wires;
  readonly #reader = new ChangeReader();
  readonly #keys = new RowKeys();
  /** Whose settings the engine has. */
  #settled: Session | undefined;
  /** The engine has settings that nobody wants any more. */
  #isUnsettled = false;
  #rows = 0;
  #isAltered = false;
  #pids = 0;

  constructor(
    readonly name: string,
    readonly simulation: Simulation,
    readonly store: Store,
    readonly portOf: (process: Process) => P,
  ) {
    const { world } = simulation;
    this.gate = new Gate<Session>(world);
    store.reset(world.random.unit(hashText(`randomness of ${name}`)));
    for (const change of store.seeds) this.#note(name, change, this.#keys.of(change), []);
    this.#wires = simulation.network.listen(
      this as Runtime<unknown>,
      (wire) => {
        const session = new Session(this as PostgresRuntime<unknown>, wire, ++this.#pids);
        this.sessions.add(session);
        return session;
      },
      { ports: [PORT] },
    );
    world.onQuiet(() => this.#turnAway());
  }

  port(process: Process): P {
    return this.portOf(process);
  }

  disconnect(process: Process): void {
    this.#wires.disconnect(process);
  }

  halfOpen(process: Process): void {
    this.#wires.halfOpen(process);
  }

  isConnected(process: Process): boolean {
    return this.#wires.isConnected(process);
  }

  serves(process: Process): boolean {
    return this.#wires.serves(process);
  }

  availabilityChanged(): void {
    this.#wires.availabilityChanged();
    this.silence.look();
  }

  unfinished(): readonly string[] {
    return [...this.sessions].flatMap((session) => session.unfinished);
  }

  /** What was told of the rows adds up to those that are there. */
  brokenLaw(): string | undefined {
    if (this.gate.holder || this.#isAltered) return undefined;
    const rows = this.store.count();
    return rows === this.#rows ? undefined : `${this.name} holds ${rows} rows, its history says ${this.#rows}`;
  }

  /**
   * Hands messages to the engine. What it tells of rows is recorded, what it tells of notifications goes to those who listen;
   * the rest is the answer.
   */
  exec(bytes: Uint8Array, asking: Asking): Told[] {
    const answer: Told[] = [];
    for (const told of toldIn(this.store.engine.exec(bytes, this.#around(asking)))) {
      if (told.type !== 'A') answer.push(told);
      else this.#told(told, asking);
    }
    return answer;
  }

  /** Statements of the simulator's own, outside a transaction or in the one that is open. */
  sql(text: string, asking: Asking): Told[] {
    return this.exec(query(text), asking);
  }

  /** A connection wants none of its settings any more. */
  unsettle(): void {
    this.#isUnsettled = true;
  }

  /** The engine works for this connection from here on: it has its settings. */
  settle(session: Session, asking: Asking): void {
    const before = this.#settled;
    this.#settled = session;
    if (before !== session && (before?.settings.length ?? 0) + session.settings.length > 0) this.#isUnsettled = true;
    if (!this.#isUnsettled) return;
    this.#isUnsettled = false;
    this.sql('RESET SESSION AUTHORIZATION; RESET ALL', asking);
    for (const setting of session.settings) this.sql(setting, asking);
  }

  #around({ moment, timeUs }: Asking): { timeMs: number; fill(bytes: Uint8Array): void } {
    const { random } = this.simulation.world;
    const draws = `draws of ${this.name}`;
    return {
      // Half a microsecond more: a fraction in binary may fall short of the microsecond that it stands for.
      timeMs: EPOCH_MS + timeUs / 1000 + 0.0005,
      fill: (bytes) => {
        for (let at = 0; at < bytes.length; at++) {
          const nth = (moment.counts.get(draws) ?? 0) + 1;
          moment.counts.set(draws, nth);
          bytes[at] = random.uint32(combine(combine(moment.hash, hashText(draws)), nth));
        }
      },
    };
  }

  #told(told: Told, { process, moment }: Asking): void {
    const [channel = '', payload = ''] = textsIn(told, 9);
    if (channel !== OWN) {
      for (const session of this.sessions) if (session.channels.has(channel)) session.notify(channel, payload);
      return;
    }
    const { change, isAltered } = this.#reader.read(told);
    if (isAltered) {
      this.#isAltered = true;
      this.store.isAltered = true;
      this.simulation.world.changed();
    }
    if (change) this.#changed(process, moment, change);
  }

  #changed(process: Process, moment: Moment, change: Change): void {
    const { table, kind, key, keyBefore, row, rowBefore } = change;
    const { world } = this.simulation;
    if (kind === 'updated' && key !== undefined && key !== keyBefore) {
      // To whoever knows rows by their keys it is another row.
      this.#changed(process, moment, { ...change, kind: 'deleted', key: keyBefore, row: rowBefore ?? row });
      this.#changed(process, moment, { ...change, kind: 'inserted' });
      return;
    }
    const named = this.#keys.of(change);
    if (kind === 'updated' && world.overwrote(hashText(`${this.name}.${table}/${named}`))) this.beats.add(table);
    else {
      if (kind !== 'updated') world.changed();
      this.beats.delete(table);
    }
    this.#note(process.label, change, named, moment.causes);
  }

  #note(process: string, { table, kind, row }: Change, key: string, causes: readonly number[]): void {
    if (kind === 'deleted') this.#rows--;
    else if (kind !== 'updated') this.#rows++;
    const data = { component: this.name, channels: [table], value: row, about: { key } };
    this.simulation.record(process, kind, data, causes);
  }

  /**
   * Nothing is left to do, and somebody waits for a transaction that does not end. A real server might have let it go on, so
   * the run gives no verdict. Whose own process has that transaction open is turned away: it may wait for itself.
   */
  #turnAway(): boolean {
    const { holder, waiting } = this.gate;
    const [first] = waiting;
    if (!holder || !first) return false;
    const own = waiting.find((each) => each.process === holder.process);
    this.simulation.doubt(
      `${(own ?? first).process.label} waits on ${this.name} for a transaction of ${own ? 'its own over another connection' : holder.process.label}: here all connections share one session`,
      'all',
    );
    own?.turnAway();
    return own !== undefined;
  }
}
