/**
 * What a client says as units: all that it sends up to the point where it waits for an answer. Prepared statements get names
 * that no other connection has, since all of them share the engine's one session.
 */
import { message, text } from '../../protocols/postgres/bytes.ts';
import type { Frame } from '../../protocols/postgres/frames.ts';
import { type Asked, readAsked } from '../../protocols/postgres/frontend.ts';
import { type Statement, statementsOf } from '../../protocols/postgres/statements.ts';

/** Messages that are answered together. */
export interface Unit {
  readonly parts: readonly Uint8Array[];
  /** Those that are carried out, not those that are only prepared. */
  readonly statements: readonly Statement[];
  /** One simple query, and nothing else. */
  readonly isSimple: boolean;
  /** Its answer ends with ReadyForQuery. */
  readonly isSynced: boolean;
  /** A Parse that the client has sent before stands in it again: its answer is not for the client. */
  readonly isReparsed: boolean;
  /** A COPY ... FROM STDIN with all its data. */
  readonly isCopy: boolean;
}

export class Conversation {
  #parts: Uint8Array[] = [];
  #statements: Statement[] = [];
  readonly #prepared = new Map<string, readonly Statement[]>();
  readonly #portals = new Map<string, readonly Statement[]>();
  /** The Parse of the statement without a name: others may have put theirs in its place since. */
  #unnamed: Uint8Array | undefined;
  #isUnnamedHere = false;
  #isReparsed = false;
  #generation = 0;
  /** The data of a COPY are coming. */
  #isCopying = false;

  constructor(readonly id: number) {}

  /** The next unit, when this message completes one; `copy in` when the client waits to be asked for data. @throws Malformed */
  add(frame: Frame): Unit | 'terminate' | 'copy in' | undefined {
    const asked = readAsked(frame);
    if (this.#isCopying && asked.what !== 'terminate') return this.#copied(asked, frame);
    switch (asked.what) {
      case 'terminate':
        return 'terminate';
      case 'query':
        this.#put(frame.bytes, statementsOf(asked.sql));
        this.#isCopying =
          this.#parts.length === 1 && this.#statements.length === 1 && this.#statements[0]?.verb === 'copy in';
        return this.#isCopying ? 'copy in' : this.#done(true, this.#parts.length === 1);
      case 'sync':
      case 'flush':
        this.#parts.push(frame.bytes.slice());
        return this.#done(asked.what === 'sync', false);
      default:
        this.#extended(asked, frame);
        return undefined;
    }
  }

  /** Nothing that was prepared is there any more (DISCARD ALL, DEALLOCATE ALL). */
  forget(): void {
    this.#prepared.clear();
    this.#generation++;
  }

  /** Within the data the server takes no other message seriously, Sync and Flush excepted, which it ignores. */
  #copied(asked: Asked, { bytes }: Frame): Unit | undefined {
    if (asked.what === 'sync' || asked.what === 'flush') return undefined;
    this.#parts.push(bytes.slice());
    if (asked.what === 'copyData') return undefined;
    this.#isCopying = false;
    return this.#done(true, false, true);
  }

  #extended(asked: Asked, { bytes }: Frame): void {
    switch (asked.what) {
      case 'parse': {
        const statements = statementsOf(asked.sql);
        this.#prepared.set(asked.statement, statements);
        const parse = message('P', text(this.#renamed(asked.statement)), text(asked.sql), asked.rest);
        if (asked.statement === '') {
          this.#unnamed = parse;
          this.#isUnnamedHere = true;
        }
        this.#parts.push(parse);
        return;
      }
      case 'bind':
        if (asked.statement === '') this.#parseAgain();
        this.#portals.set(asked.portal, this.#prepared.get(asked.statement) ?? []);
        this.#parts.push(message('B', text(asked.portal), text(this.#renamed(asked.statement)), asked.rest));
        return;
      case 'describe':
      case 'close': {
        if (asked.of === 'S' && asked.name === '') this.#parseAgain();
        const name = asked.of === 'S' ? this.#renamed(asked.name) : asked.name;
        this.#parts.push(message(asked.what === 'describe' ? 'D' : 'C', text(`${asked.of}${name}`)));
        return;
      }
      case 'execute':
        this.#put(bytes, this.#portals.get(asked.portal) ?? []);
        return;
      default:
        // Copy data outside a COPY is ignored by the server too.
        return;
    }
  }

  #parseAgain(): void {
    if (this.#isUnnamedHere || !this.#unnamed) return;
    this.#parts.push(this.#unnamed);
    this.#isUnnamedHere = true;
    this.#isReparsed = true;
  }

  #renamed(name: string): string {
    return name === '' ? '' : `${this.id}.${this.#generation} ${name}`;
  }

  #put(bytes: Uint8Array, statements: readonly Statement[]): void {
    this.#parts.push(bytes.slice());
    this.#statements.push(...statements);
  }

  #done(isSynced: boolean, isSimple: boolean, isCopy = false): Unit {
    const unit = {
      parts: this.#parts,
      statements: this.#statements,
      isSynced,
      isSimple,
      isReparsed: this.#isReparsed,
      isCopy,
    };
    this.#parts = [];
    this.#statements = [];
    this.#isUnnamedHere = false;
    this.#isReparsed = false;
    return unit;
  }
}
