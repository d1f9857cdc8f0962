/** A partition in a member's hands, from when it is assigned until it is given up; what is handed out of it belongs to it. */
import type { Membership } from './membership.ts';

export class Ownership {
  #over: { readonly memberId: string; readonly generation: number } | undefined;
  /** Its member's own client has given it up: the coordinator need not be asked. */
  isForfeit = false;

  constructor(
    readonly membership: Membership,
    readonly topic: string,
    readonly partition: number,
  ) {}

  get isOver(): boolean {
    return this.#over !== undefined;
  }

  /** In whose name it commits: as long as it lasts, that of the newest generation. */
  get by(): { readonly memberId: string; readonly generation: number } {
    const { memberId, generation } = this.membership;
    return this.#over ?? { memberId, generation };
  }

  /** To be called before the member forgets who it is. */
  end(): void {
    this.#over ??= this.by;
  }
}
