/**
 * The seam of the search. A strategy proposes one plan at a time, from the sites that runs have revealed and from what has
 * been tried: one file each, named in `named.ts`. It reads no clock and draws by address, so that a campaign is a
 * function of its seed.
 */
import type { FaultData } from '../../../sim/faults/fault.ts';
import type { RandomRule } from '../../../sim/faults/rule.ts';
import type { SiteRecord } from '../../../sim/faults/site.ts';
import type { Candidate } from '../candidates.ts';
import type { Knowledge } from '../knowledge.ts';
import type { Race } from '../races.ts';
import type { Slice } from '../slice.ts';
import type { Dice } from './dice.ts';

/** What results say a run was made by. */
export type ProposedBy = 'probe' | 'singles' | 'storms' | 'races' | 'swarm' | 'novelty' | 'random' | 'matrix';

export interface Proposal {
  readonly strategy: ProposedBy;
  readonly plan: readonly FaultData[];
  readonly rule?: RandomRule;
  /** Whose turn it was, where several share a budget. */
  readonly turn?: string;
}

/** A site that only a faulty run revealed, with the faults that led to it. */
export interface Lead {
  readonly plan: readonly FaultData[];
  readonly candidate: Candidate;
}

/** A race that only a faulty run revealed, with the faults that led to it. */
export interface Meeting {
  readonly plan: readonly FaultData[];
  readonly race: Race;
}

/** What a strategy may look at; what it tries it writes into `known`. */
export interface View {
  readonly kinds: ReadonlySet<string>;
  readonly slice: Slice;
  /** Every single fault that fits the sites of the probe, windows among them. */
  readonly candidates: readonly Candidate[];
  /** What lasts from one time to another. */
  readonly windows: readonly Candidate[];
  readonly races: readonly Race[];
  /** The sites of the latest run. */
  revealed: readonly SiteRecord[];
  readonly leads: Map<string, Lead>;
  readonly meetings: Map<string, Meeting>;
  readonly known: Knowledge;
  /** Whether this class is the slice's to try: those of a round share them out. */
  isMine(name: string): boolean;
  readonly dice: Dice;
}

/** Proposes a plan; nothing where it has none to try (any more). */
export type Strategy = (view: View) => Proposal | undefined;
