/**
 * The engine has one session, and all connections share it: while one of them has a transaction open, the statements of the
 * others wait. They wait in the world, as for a lock.
 */
import type { Chain } from '../../kernel/chain.ts';
import type { World } from '../../kernel/world.ts';

interface Waiting<S> {
  readonly who: S;
  readonly chain: Chain | undefined;
  readonly go: () => void;
}

export class Gate<S> {
  holder: S | undefined;
  #waiting: Waiting<S>[] = [];

  constructor(readonly world: World) {}

  get waiting(): readonly S[] {
    return this.#waiting.map(({ who }) => who);
  }

  /** Runs now if nobody else has it, else in its turn. Whoever runs keeps it until `release`. */
  take(who: S, chain: Chain | undefined, go: () => void): void {
    if (this.holder === undefined || this.holder === who) {
      this.holder = who;
      go();
    } else this.#waiting.push({ who, chain, go });
  }

  release(who: S): void {
    if (this.holder !== who) return;
    this.holder = undefined;
    while (this.holder === undefined) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.holder = next.who;
      this.world.inChain(next.chain, next.go);
    }
  }

  /** It waits no more. */
  leave(who: S): void {
    this.#waiting = this.#waiting.filter((each) => each.who !== who);
  }
}
