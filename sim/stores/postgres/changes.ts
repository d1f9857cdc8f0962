/** Committed row changes, read from what the database tells (setup.ts). */
import { textsIn, type Told } from '../../protocols/postgres/backend.ts';

export interface Change {
  readonly table: string;
  readonly kind: 'seeded' | 'inserted' | 'updated' | 'deleted';
  /** The primary key; none: the table has none. */
  readonly key: string | undefined;
  readonly keyBefore: string | undefined;
  readonly row: Readonly<Record<string, unknown>>;
  /** Of an update, where there is no key, or another one. */
  readonly rowBefore: Readonly<Record<string, unknown>> | undefined;
}

/** What one notification adds. */
export interface Read {
  readonly change?: Change;
  readonly isAltered?: boolean;
}

type Written = [
  table: string,
  kind: Change['kind'],
  key: string | null,
  before: string | null,
  row: Row,
  old: Row | null,
];
type Row = Record<string, unknown>;

export class ChangeReader {
  #pieces = '';

  /** @param told a notification on Eddy's own channel */
  read(told: Told): Read {
    const [, payload = ''] = textsIn(told, 9);
    const at = payload.search(/[.+]/);
    this.#pieces += payload.slice(at + 1);
    if (payload[at] === '+') return {};
    const written = JSON.parse(this.#pieces) as Written | ['schema'];
    this.#pieces = '';
    if (written[0] === 'schema' && written.length === 1) return { isAltered: true };
    const [table, kind, key, keyBefore, row, rowBefore] = written as Written;
    return {
      change: {
        table,
        kind,
        key: key ?? undefined,
        keyBefore: keyBefore ?? undefined,
        row,
        rowBefore: rowBefore ?? undefined,
      },
    };
  }
}
