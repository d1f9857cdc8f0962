/**
 * The random baseline: a rule `{p, kinds}` strikes wherever hash(key, site) falls under p. It decides site by site, so
 * that a site more or less elsewhere shifts nothing. What it strikes with is written out as ordinary faults.
 */
import { combine, hashText } from '../kernel/random.ts';
import type { FaultData } from './fault.ts';
import { fittingArrival, fittingDelivery, fittingOperation, type SiteOfOperation } from './fitting.ts';
import type { ArrivalSite, DeliverySite } from './site.ts';

export interface RandomRule {
  readonly p: number;
  readonly kinds: readonly string[];
  /** Distinguishes the draws of runs that share a seed. */
  readonly salt: number;
  /** No fault is drawn after this virtual time. */
  readonly untilUs: number;
}

/** What the rule asks of the world. */
export interface RuleWorld {
  now(): number;
  uint32(address: number): number;
}

export class RuleBook {
  readonly #kinds: ReadonlySet<string>;
  readonly #threshold: number;

  constructor(readonly rule: RandomRule) {
    this.#kinds = new Set(rule.kinds);
    this.#threshold = rule.p * 0x1_0000_0000;
  }

  atOperation(site: SiteOfOperation, hash: number, world: RuleWorld): FaultData | undefined {
    return this.#strike(hash, world, () => fittingOperation(site, this.#kinds));
  }

  atArrival(
    site: Pick<ArrivalSite, 'arrival' | 'isStored' | 'isLogged'>,
    hash: number,
    world: RuleWorld,
  ): FaultData | undefined {
    return this.#strike(combine(hash, 7), world, () => fittingArrival(site, this.#kinds));
  }

  atDelivery(
    site: Pick<DeliverySite, 'moment' | 'isLimited' | 'isStored' | 'readsClock'>,
    hash: number,
    world: RuleWorld,
  ): FaultData | undefined {
    return this.#strike(combine(hash, 13), world, () => fittingDelivery(site, this.#kinds));
  }

  #strike(hash: number, world: RuleWorld, fitting: () => FaultData[]): FaultData | undefined {
    if (world.now() > this.rule.untilUs) return undefined;
    const address = combine(hash, this.rule.salt);
    if (world.uint32(address) >= this.#threshold) return undefined;
    const choices = fitting();
    return choices[world.uint32(combine(address, 1)) % Math.max(1, choices.length)];
  }
}

/** The address of an operation for draws. */
export function operationHash(momentHash: number, phraseHash: number, nth: number): number {
  return combine(combine(momentHash, phraseHash), nth);
}

/** The address of an arrival for draws. */
export function arrivalHash(lineage: string, channel: string, nth: number): number {
  return combine(combine(hashText(lineage), hashText(channel)), nth);
}
