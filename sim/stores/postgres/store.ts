/** The database of one component in this thread: made once, as after its migrations at the beginning of each run. */
import { EddyError } from '../../errors.ts';
import { joined, query } from '../../protocols/postgres/bytes.ts';
import { codeOf, textsIn, type Told, toldIn } from '../../protocols/postgres/backend.ts';
import { statementsIn } from '../../protocols/postgres/words.ts';
import { type Change, ChangeReader } from './changes.ts';
import type { Around, Engine } from './engine.ts';
import { OWN, SETUP, STAND_INS, WIPE } from './setup.ts';

export interface Migration {
  /** The file. */
  readonly name: string;
  readonly sql: string;
}

/** While no run goes on: nothing that is made then may depend on the machine. */
const BEFORE: Around = { timeMs: 1_767_225_600_000, fill: (bytes) => void bytes.fill(7) };

export class Store {
  /** The rows that migrations have inserted. */
  seeds: readonly Change[] = [];
  /** The schema is no longer what the migrations made. */
  isAltered = false;

  constructor(
    readonly engine: Engine,
    readonly migrations: readonly Migration[],
    isFirst: boolean,
  ) {
    if (isFirst) this.sql('its stand-ins', STAND_INS);
    this.#build();
  }

  #build(): void {
    this.sql('a reset', 'ROLLBACK');
    this.sql('a reset', 'DISCARD ALL');
    this.sql('a wipe', WIPE);
    this.sql('the setup', SETUP);
    for (const { name, sql } of this.migrations) {
      // As psql does: each statement by itself, so that those which may stand in no transaction can be there too.
      for (const { text } of statementsIn(sql)) this.sql(name, text);
    }
    this.sql('a reset', 'DISCARD ALL');
    const reader = new ChangeReader();
    const told = this.sql('the seeds', `LISTEN ${OWN}; SELECT ${OWN}.keep()`);
    this.seeds = told.flatMap((each) => (each.type === 'A' ? (reader.read(each).change ?? []) : []));
    this.isAltered = false;
  }

  /** As after the migrations; nothing of a session is left. @param unit in [0, 1): what `random()` begins with */
  reset(unit: number): void {
    this.sql('a reset', 'ROLLBACK');
    this.sql('a reset', 'DISCARD ALL');
    if (this.isAltered) this.#build();
    this.sql(
      'a reset',
      `SELECT ${OWN}.restore(), setval('pg_catalog.eddy_ids', 1, false), setseed(${unit}); LISTEN ${OWN}`,
    );
  }

  /** Rows by table. */
  counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const each of this.sql('a count', `SELECT spoken || '=' || rows FROM ${OWN}.counts()`)) {
      if (each.type !== 'D') continue;
      const text = Buffer.from(each.bytes.subarray(11)).toString('utf8');
      const at = text.lastIndexOf('=');
      counts.set(text.slice(0, at), Number(text.slice(at + 1)));
    }
    return counts;
  }

  /** Statements of Eddy's own, or of a migration. @throws EddyError EDDY_MIGRATION */
  sql(name: string, text: string, around: Around = BEFORE): Told[] {
    const told = [...toldIn(this.engine.exec(joined([query(text)]), around))];
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
