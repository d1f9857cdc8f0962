/** The database of one component in this thread: made once, as after its migrations at the beginning of each run. */
import { EddyError } from '../../errors.ts';
import { combine, hashText } from '../../kernel/random.ts';
import { EPOCH_MS } from '../../kernel/world.ts';
import { query } from '../../protocols/postgres/bytes.ts';
import { codeOf, textsIn, type Told, toldIn } from '../../protocols/postgres/backend.ts';
import { statementsIn } from '../../protocols/postgres/words.ts';
import { type Change, ChangeReader } from './changes.ts';
import type { Around, Engine } from './engine.ts';
import {
  DISCARD,
  FILES,
  HAS_TRIGGERS,
  OWN,
  restoring,
  SEEDING,
  SETUP,
  STAND_INS,
  TABLES,
  used,
  WIPE,
} from './setup.ts';

export interface Migration {
  /** The file. */
  readonly name: string;
  readonly sql: string;
}

/** While no run goes on: what is made then is the same each time, on every machine. */
class Beforehand implements Around {
  readonly timeMs = EPOCH_MS;
  #drawn = 0;

  fill(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at++) bytes[at] = combine(DRAWS, ++this.#drawn);
  }
}

const DRAWS = hashText('migrations');

const VACUUM_EVERY = 200;

export class Store {
  /** The rows that migrations have inserted. */
  seeds: readonly Change[] = [];
  /** The schema is no longer what the migrations made. */
  isAltered = false;
  #files: readonly string[] = [];
  #seeding: readonly string[] = [];
  #hasTriggers = false;
  #resets = 0;
  #around: Around = new Beforehand();
  #counting: readonly string[] = [];

  constructor(
    readonly engine: Engine,
    readonly migrations: readonly Migration[],
  ) {
    if (!engine.isSetUp) this.sql('its stand-ins', STAND_INS);
    engine.isSetUp = true;
    this.#build();
  }

  #build(): void {
    this.sql('a reset', 'ROLLBACK');
    this.sql('a reset', 'DISCARD ALL');
    this.#around = new Beforehand();
    this.sql('a wipe', WIPE);
    this.sql('the setup', SETUP);
    this.sql('the setup', 'SELECT setseed(0.5)');
    for (const { name, sql } of this.migrations) {
      // As psql does: each statement by itself, so that those which may stand in no transaction can be there too.
      for (const { text } of statementsIn(sql)) this.sql(name, text);
    }
    this.sql('a reset', DISCARD);
    const reader = new ChangeReader();
    const told = this.sql('the seeds', `LISTEN ${OWN}; SELECT ${OWN}.keep()`);
    this.seeds = told.flatMap((each) => (each.type === 'A' ? (reader.read(each).change ?? []) : []));
    this.#files = this.#column(FILES);
    this.#seeding = this.#column(SEEDING);
    this.#hasTriggers = this.#column(HAS_TRIGGERS)[0] !== '0';
    this.#counting = this.#column(TABLES).map((table) => `(SELECT count(*) FROM ${table})`);
    this.isAltered = false;
  }

  /** As after the migrations; nothing of a session is left. @param unit in [0, 1): what `random()` begins with */
  reset(unit: number): void {
    this.sql('a reset', 'ROLLBACK');
    this.sql('a reset', DISCARD);
    if (this.isAltered) this.#build();
    // Each TRUNCATE leaves a dead row in the catalogue.
    if (++this.#resets % VACUUM_EVERY === 0) this.sql('a reset', 'VACUUM pg_class, pg_attribute, pg_depend');
    this.sql('a reset', restoring(this.#used(), this.#seeding, this.#hasTriggers));
    this.sql('a reset', `UNLISTEN *; LISTEN ${OWN}; SELECT setseed(${unit})`);
  }

  #used(): string[] {
    return this.#files.length === 0 ? [] : this.#column(used(this.#files));
  }

  /** How many rows there are, of all tables. */
  count(): number {
    this.sql('a count', DISCARD);
    return this.#counting.length === 0 ? 0 : Number(this.#column(`SELECT ${this.#counting.join(' + ')}`)[0]);
  }

  /** What a query of one column answers. */
  #column(sql: string): string[] {
    return this.sql('a look', sql).flatMap(({ type, bytes }) =>
      type === 'D' ? Buffer.from(bytes.subarray(11)).toString('utf8') : [],
    );
  }

  /** Statements of Eddy's own, or of a migration. @throws EddyError EDDY_MIGRATION */
  sql(name: string, text: string): Told[] {
    const told = [...toldIn(this.engine.exec(query(text), this.#around))];
    const error = told.find(({ type }) => type === 'E');
    if (error) {
      const says = textsIn(error)
        .find((field) => field.startsWith('M'))
        ?.slice(1);
      throw new EddyError('EDDY_MIGRATION', `${name}: ${says} (SQLSTATE ${codeOf(error)})`, { name, statement: text });
    }
    return told;
  }
}
