/**
 * The committed versions of rows. Times are numbers of commits: a snapshot taken after commit 7 shows what commits 1 to 7
 * made. A key that is deleted and inserted again names another row: the old version has no `next`.
 */
export type Row = Readonly<Record<string, unknown>>;

/** A row under its key, as a transaction sees it: a version, or what it wrote itself. */
export interface Seen {
  readonly key: string;
  readonly row: Row;
}

export class Version implements Seen {
  /** The commit that updated or deleted it. */
  until = Number.POSITIVE_INFINITY;
  /** What an update made of it. */
  next: Version | undefined;

  constructor(
    readonly key: string,
    readonly row: Row,
    readonly since: number,
  ) {}

  isIn(snapshot: number): boolean {
    return this.since <= snapshot && snapshot < this.until;
  }

  get isLive(): boolean {
    return this.until === Number.POSITIVE_INFINITY;
  }

  /** As it is now, if it has not been deleted. */
  get latest(): Version | undefined {
    return this.isLive ? this : this.next?.latest;
  }
}
