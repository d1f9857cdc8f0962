/**
 * What the model leaves open. A play of the model takes a choice at each such place; when it does not end in what was
 * observed, it is played again with the latest choice changed, until all are tried.
 */
export class Choices {
  readonly #taken: { readonly freedom: string; readonly options: number; readonly option: number }[] = [];

  constructor(readonly given: readonly number[] = []) {}

  /** One of so many options; without a reason to do otherwise the first. */
  pick(freedom: string, options: number): number {
    const option = this.given[this.#taken.length] ?? 0;
    this.#taken.push({ freedom, options, option });
    return option;
  }

  /** Freedoms of which something else than the model's own way was chosen. */
  get used(): readonly string[] {
    return this.#taken.filter(({ option }) => option > 0).map(({ freedom }) => freedom);
  }

  /** The next ones to try; undefined when all have been. */
  get next(): readonly number[] | undefined {
    const at = this.#taken.findLastIndex(({ option, options }) => option + 1 < options);
    if (at < 0) return undefined;
    return [...this.#taken.slice(0, at).map(({ option }) => option), (this.#taken[at]?.option ?? 0) + 1];
  }
}
