/**
 * Which replicas of a partition are in sync, and which others have all that is committed: those that left when too few were in sync
 * for the high watermark to go on (eligible leader replicas, by default since 4.1).
 * Sources: Kafka documentation, "Replicated Logs: Quorums, ISRs, and State Machines", "Eligible Leader Replicas"; KIP-966.
 */
export class InSync {
  #members: readonly number[];
  #eligible: readonly number[] = [];

  constructor(
    readonly nodes: readonly number[],
    /** `min.insync.replicas`, and never more than there are replicas. */
    public min: number,
    /** Without it the last one in sync stays so, dead or alive. */
    readonly keepsEligible: boolean,
  ) {
    this.#members = nodes;
  }

  get members(): readonly number[] {
    return this.#members;
  }

  get isEnough(): boolean {
    return this.#members.length >= this.min;
  }

  /** Who may lead without a loss. */
  get candidates(): readonly number[] {
    return this.#members.length > 0 ? this.#members : this.#eligible;
  }

  has(node: number): boolean {
    return this.#members.includes(node);
  }

  leave(node: number): void {
    if (!this.has(node) || (this.#members.length === 1 && !this.keepsEligible)) return;
    this.#members = this.#members.filter((each) => each !== node);
    if (this.keepsEligible && !this.isEnough) this.#eligible = [...this.#eligible, node];
  }

  join(node: number): void {
    this.#members = this.nodes.filter((each) => each === node || this.has(each));
    this.#eligible = this.isEnough ? [] : this.#eligible.filter((each) => each !== node);
  }

  /** One that was not in sync leads: nobody else is. */
  leads(node: number, o: { isClean: boolean }): void {
    this.#members = [node];
    this.#eligible = o.isClean ? this.#eligible.filter((each) => each !== node) : [];
  }
}
