/** A connection's part of the engine: its transaction, and what is answered without the engine. */
import type { Site } from '../../faults/fault.ts';
import { printMoment } from '../../faults/print.ts';
import { printName } from '../../faults/words.ts';
import type { Moment } from '../../kernel/context.ts';
import { hashText } from '../../kernel/random.ts';
import {
  complete,
  errorResponse,
  ready,
  type ServerError,
  type Status,
  statusOf,
  textsIn,
  type Told,
} from '../../protocols/postgres/backend.ts';
import { joined, message } from '../../protocols/postgres/bytes.ts';
import { type Isolation, isPlainBegin, type Statement } from '../../protocols/postgres/statements.ts';
import { type About, aboutOf } from './about.ts';
import type { Unit } from './conversation.ts';
import { configuredBy, settingOf } from './settings.ts';
import { OWN } from './setup.ts';
import type { Session } from './session.ts';

/** A transaction, from its BEGIN on; or what stands for one while there is none. */
interface Transaction {
  readonly written: Set<string>;
  isolation: Isolation;
  moment: Moment;
  begunUs: number;
  /** Settings and channels that last if it commits. */
  readonly lasting: (() => void)[];
}

export class Backend {
  status: Status = 'I';
  #transaction: Transaction | undefined;
  /** BEGIN has been answered, but not yet carried out: until its first statement a transaction meets nobody. */
  #putOff: { readonly unit: Unit; readonly timeUs: number } | undefined;
  /** The client has not said that it is done (Sync). */
  #isMidway = false;
  /** It failed before it was begun in the engine. */
  #hasFailedHere = false;

  constructor(readonly session: Session) {}

  get #runtime() {
    return this.session.runtime;
  }

  get #nowUs(): number {
    return this.#runtime.simulation.world.nowUs;
  }

  /** Others wait for it. */
  get #isInEngine(): boolean {
    return this.#runtime.gate.holder === this.session;
  }

  about({ statements }: Unit): About | undefined {
    const { written = new Set<string>(), isolation = isolationIn(statements) } = this.#transaction ?? {};
    const standing = { isOpen: this.status !== 'I', hasFailed: this.status === 'E', written, isolation };
    return aboutOf(this.#runtime.name, statements, standing);
  }

  /** What needs no engine: the beginning of a transaction, and the end of one in which nothing was done. */
  answerHere(unit: Unit, moment: Moment, forget: () => void): Uint8Array | undefined {
    const { statements, isSimple } = unit;
    const [first] = statements;
    // The engine would wait for the data within its one step.
    if (!unit.isCopy && statements.some(({ verb }) => verb === 'copy in')) return this.#refused(unit, moment);
    if (!first || statements.length > 1 || !isSimple) return this.#hasFailedHere ? this.#stillFailed(unit) : undefined;
    const isEnd = first.verb === 'commit' || first.verb === 'rollback';
    if (this.#hasFailedHere && !isEnd) return this.#stillFailed(unit);
    if (this.status === 'I' && isPlainBegin(statements)) {
      this.#putOff = { unit, timeUs: this.#nowUs };
      this.#begin(moment, isolationIn(statements));
      this.status = 'T';
      return joined([complete(/^start/i.test(first.text) ? 'START TRANSACTION' : 'BEGIN'), ready('T')]);
    }
    if (
      isEnd &&
      (this.#putOff || this.#hasFailedHere) &&
      /^(commit|end|rollback|abort)( work| transaction)?$/i.test(first.text)
    ) {
      const tag = first.verb === 'commit' && !this.#hasFailedHere ? 'COMMIT' : 'ROLLBACK';
      this.#over(tag === 'COMMIT');
      return joined([complete(tag), ready('I')]);
    }
    if (this.status === 'I' && /^(discard all|deallocate all)$/i.test(first.text)) {
      forget();
      if (/^discard/i.test(first.text)) {
        this.session.settings = [];
        this.#runtime.unsettle();
        this.session.channels.clear();
      }
      return joined([complete(first.text.toUpperCase()), ready('I')]);
    }
    return undefined;
  }

  #refused({ isSynced }: Unit, moment: Moment): Uint8Array | undefined {
    const error = { code: '0A000', message: 'inside a run COPY FROM STDIN is a simple query of its own' };
    return isSynced ? this.abort(moment, error, false) : errorResponse(error);
  }

  #stillFailed({ isSynced }: Unit): Uint8Array {
    const error = errorResponse({
      code: '25P02',
      message: 'current transaction is aborted, commands ignored until end of transaction block',
    });
    return isSynced ? joined([error, ready('E')]) : error;
  }

  /** The engine's answer; the connection has the engine to itself meanwhile, and keeps it while its transaction is open. */
  run(unit: Unit, moment: Moment): Uint8Array {
    const runtime = this.#runtime;
    const asking = { process: this.session.process, moment, timeUs: this.#nowUs };
    const { statements } = unit;
    if (!this.#isMidway && (this.status === 'I' || this.#putOff)) runtime.settle(this.session, asking);
    if (this.#putOff) runtime.exec(joined(this.#putOff.unit.parts), { ...asking, timeUs: this.#putOff.timeUs });
    this.#putOff = undefined;
    if (statements.some(({ asksTime }) => asksTime)) runtime.simulation.world.tellUs();
    if (statements.some(({ asksChance }) => asksChance) && this.status !== 'E' && !this.#isMidway) {
      const { random } = runtime.simulation.world;
      const nth = (moment.counts.get('setseed') ?? 0) + 1;
      moment.counts.set('setseed', nth);
      runtime.sql(`SELECT setseed(${random.unit(hashText(`${moment.printed} setseed ${nth}`))})`, asking);
    }
    if (this.status === 'I') this.#begin(moment, isolationIn(statements));
    for (const { writes, table } of statements) if (writes) this.#transaction?.written.add(table ?? '');
    const told = runtime.exec(joined(unit.parts), asking);
    if (unit.isCopy) told.splice(0, told.findIndex(({ type }) => type === 'G') + 1);
    if (unit.isReparsed)
      told.splice(
        told.findIndex(({ type }) => type === '1'),
        1,
      );
    this.#note(unit, told);
    this.#look(unit, told);
    return joined(told.map(({ bytes }) => bytes));
  }

  /** Who polls is told apart by what it reads. */
  #note({ statements }: Unit, told: readonly Told[]): void {
    const { simulation, beats } = this.#runtime;
    const { world } = simulation;
    if (!world.chain) return;
    const isVague = statements.some(({ writes, names }) => writes || [...beats].some((table) => names.has(table)));
    for (const { type, bytes } of told) {
      if (type === 'D' && isVague) world.read(bytes.length > 0 ? 1 : 0);
      else if (type === 'D' || type === 'C') world.read(hashText(Buffer.from(bytes).toString('latin1')));
    }
  }

  /** How the transaction stands. */
  #look(unit: Unit, told: readonly Told[]): void {
    const { statements } = unit;
    const end = told.findLast(({ type }) => type === 'Z');
    const failed = told.find(({ type }) => type === 'E');
    this.#isMidway = end === undefined;
    const transaction = this.#transaction;
    if (!failed && transaction) this.#lasting(transaction, statements);
    if (!end) return;
    const before = this.status;
    this.status = statusOf(end);
    if (transaction) {
      const set = statements.find(({ isolation }) => isolation !== undefined)?.isolation;
      if (set) transaction.isolation = set;
    }
    if (this.status !== 'I') return;
    const isRolledBack = told.some((each) => each.type === 'C' && textsIn(each)[0] === 'ROLLBACK');
    const commits = statements.some(({ verb }) => verb === 'commit');
    if (commits && before !== 'I' && (isRolledBack || failed)) this.#noteRolledBack(transaction);
    this.#over(!failed && !isRolledBack);
    if (statements.some(({ verb, text }) => verb === 'unlisten' || /^discard/i.test(text))) this.#listenAgain();
  }

  #lasting({ lasting }: Transaction, statements: readonly Statement[]): void {
    const { session } = this;
    for (const statement of statements) {
      const { verb, table = '', text, lasts } = statement;
      for (const name of configuredBy(statement)) lasting.push(() => this.#keepSetting(name));
      if (lasts)
        lasting.push(() => void (session.settings = [...session.settings.filter((each) => each !== text), text]));
      if (verb === 'listen') lasting.push(() => void session.channels.add(table));
      if (verb === 'unlisten')
        lasting.push(() => (table === '*' ? session.channels.clear() : session.channels.delete(table)));
    }
  }

  /** As it is by now: what the function was called with is seldom in its words. */
  #keepSetting(name: string): void {
    const { session } = this;
    const { process } = session;
    const asking = { process, moment: process.work, timeUs: this.#nowUs };
    const [row] = this.#runtime
      .sql(`SELECT current_setting('${name}', true)`, asking)
      .filter(({ type }) => type === 'D');
    if (!row) return;
    const setting = settingOf(name, Buffer.from(row.bytes.subarray(11)).toString('utf8'));
    const start = setting.slice(0, setting.indexOf(',') + 1);
    session.settings = [...session.settings.filter((each) => !each.startsWith(start)), setting];
  }

  /** What one connection no longer listens to, others still do. */
  #listenAgain(): void {
    const channels = new Set([OWN, ...[...this.#runtime.sessions].flatMap((each) => [...each.channels])]);
    const listens = [...channels].map((channel) => `LISTEN "${channel.replaceAll('"', '""')}"`);
    const { process } = this.session;
    this.#runtime.sql(listens.join('; '), { process, moment: process.work, timeUs: this.#nowUs });
  }

  #noteRolledBack(transaction: Transaction | undefined): void {
    const { simulation, name } = this.#runtime;
    const about = { component: name, channels: [], value: undefined, about: { at: 'commit' } };
    simulation.record(this.session.process.label, 'rolledBack', about, transaction?.moment.causes ?? []);
  }

  #begin(moment: Moment, isolation: Isolation): void {
    this.#transaction = { written: new Set(), isolation, moment, begunUs: this.#nowUs, lasting: [] };
  }

  /** It is over, and others may go on. */
  #over(isCommitted: boolean): void {
    const transaction = this.#transaction;
    this.#transaction = undefined;
    this.#putOff = undefined;
    this.#hasFailedHere = false;
    this.#isMidway = false;
    this.status = 'I';
    if (isCommitted) for (const last of transaction?.lasting ?? []) last();
    if (!this.#isInEngine) return;
    if (transaction) this.#runtime.simulation.world.over(transaction.begunUs);
    this.#runtime.gate.release(this.session);
  }

  /**
   * Fails the transaction as the server does when it gives up a statement of it; a commit so refused has rolled back.
   * @returns what the client hears; undefined if it cannot be told in the midst of what it says
   */
  abort(moment: Moment, error: ServerError, isCommit: boolean): Uint8Array | undefined {
    if (this.#isMidway) return undefined;
    if (this.#isInEngine && this.status === 'T') {
      const asking = { process: this.session.process, moment, timeUs: this.#nowUs };
      const raise = `RAISE EXCEPTION USING ERRCODE = '${error.code}', MESSAGE = '${error.message}'`;
      this.#runtime.sql(`DO $$ BEGIN ${raise}; END $$`, asking);
      this.status = 'E';
      if (isCommit) {
        this.#noteRolledBack(this.#transaction);
        this.rollback(moment);
      }
    } else if (this.#putOff) {
      this.#putOff = undefined;
      this.#hasFailedHere = true;
      this.status = 'E';
    }
    return joined([errorResponse(error), ready(this.status)]);
  }

  /** Nobody will end it: the connection is gone, or its commit is known to have failed. */
  rollback(moment: Moment): void {
    if (this.#isInEngine) {
      const asking = { process: this.session.process, moment, timeUs: this.#nowUs };
      if (this.#isMidway) this.#runtime.exec(message('S'), asking);
      this.#runtime.sql('ROLLBACK', asking);
    }
    this.#over(false);
  }

  /** Why holding an operation of this connection until after that one shows nothing. */
  heldInVain({ moment, operation }: Site): string | undefined {
    const name = printName(this.#runtime.name);
    const isHere = operation.phrase.endsWith(` on ${name}`) || operation.phrase.includes(` ${name}.`);
    if (!isHere || !this.#isInEngine || printMoment(moment) === this.#transaction?.moment.printed) return undefined;
    return `the transactions of ${this.#runtime.name} are made one after another: while one is open, no other comes to its statements`;
  }

  unfinished(isWaiting: boolean): readonly string[] {
    const { name } = this.#runtime;
    const { label } = this.session.process;
    const transaction = this.#transaction;
    if (isWaiting) return [`a statement of ${label} on ${name} waits for another's transaction to end`];
    if (this.status === 'I' || !transaction) return [];
    const waits = transaction.moment.waitsFor ?? 'something outside its ports';
    return [`a transaction of ${label} on ${name} (${transaction.moment.printed}) is open; it waits for ${waits}`];
  }
}

function isolationIn(statements: readonly Statement[]): Isolation {
  return statements.find(({ isolation }) => isolation !== undefined)?.isolation ?? 'read committed';
}
