/** The ids that deep links name: made of what they stand for, so that a link lives on in the next report. */

/** Gives each name an id once; a second name that looks the same gets a number. */
export class Ids {
  readonly #taken = new Map<string, number>();

  of(...names: readonly string[]): string {
    const wanted = names.map(slug).join('-');
    const times = (this.#taken.get(wanted) ?? 0) + 1;
    this.#taken.set(wanted, times);
    return times === 1 ? wanted : this.of(`${wanted}-${times}`);
  }
}

function slug(name: string): string {
  return name.replace(/[^A-Za-z0-9._]+/g, '-').replace(/^-+|-+$/g, '') || 'x';
}
