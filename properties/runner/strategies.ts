/**
 * Search strategies: each proposes the next plan of a slice, from the sites that runs have revealed and from what has been
 * tried. A strategy reads no clock and draws by address, so that a campaign is a function of its seed.
 */
import type { FaultData } from '../../sim/faults/fault.ts';
import type { RandomRule } from '../../sim/faults/rule.ts';
import type { SiteRecord } from '../../sim/faults/site.ts';
import type { RunRecord } from '../../sim/simulate.ts';
import { combine, hashText, KeyedRandom } from '../../sim/kernel/random.ts';
import { type Candidate, candidatesOf, windowsOf } from './candidates.ts';
import { kindOf } from './fault-sentence.ts';
import { type Knowledge, nothingKnown } from './knowledge.ts';
import { type Race, racesOf } from './races.ts';
import { isMine, type Part, WHOLE } from './rounds.ts';
import type { Slice } from './slice.ts';

export type Strategy = 'guided' | 'singles' | 'races' | 'swarm' | 'random';

export interface Proposal {
  readonly strategy: Exclude<Strategy, 'guided'> | 'probe' | 'matrix';
  readonly plan: readonly FaultData[];
  readonly rule?: RandomRule;
}

/** One proposal in so many is a window alone, as long as there are such that have not been tried. */
const WINDOW_EVERY = 4;
/** What the search learns from a run. */
type Made = Pick<RunRecord, 'sites' | 'faults'>;

/** What a slice has found so far. */
interface Found {
  readonly slice: Slice;
  readonly candidates: Candidate[];
  readonly races: readonly Race[];
  /** The sites of the latest run. */
  readonly revealed: readonly SiteRecord[];
  readonly leads: Map<string, Lead>;
}

/** A site that only a faulty run revealed, with the faults that led to it. */
interface Lead {
  readonly plan: readonly FaultData[];
  readonly candidate: Candidate;
}

/** Where a search goes on from: what is known by now, and which part of its round its slice is. */
export interface Beginning {
  /** It learns more. */
  readonly known?: Knowledge;
  readonly part?: Part;
  /** The slice's number. */
  readonly n?: number;
}

/** Proposes plans, by what is known and by what it learns of their runs. */
export class Search {
  readonly #known: Knowledge;
  readonly #part: Part;
  readonly #random: KeyedRandom;

  constructor(
    seed: number,
    readonly strategy: Strategy,
    readonly kinds: ReadonlySet<string>,
    { known = nothingKnown(), part = WHOLE, n = 0 }: Beginning = {},
  ) {
    this.#known = known;
    this.#part = part;
    const key = combine(seed >>> 0, hashText(strategy));
    this.#random = new KeyedRandom(part.of === 1 ? key : combine(key, n));
  }

  /** The plans of a slice, after its probe: at most `count`. */
  *plans(slice: Slice, count: number): Generator<Proposal, void, Made | undefined> {
    const windows = windowsOf(slice.sites, this.kinds);
    const candidates = [...candidatesOf(slice.sites, this.kinds), ...windows];
    const races = this.kinds.has('hold') ? racesOf(slice.sites) : [];
    const classes = new Map(candidates.map((each) => [each.fault, each.class]));
    const leads = new Map<string, Lead>();
    let revealed: readonly SiteRecord[] = slice.sites;
    for (let n = 0; n < count; n++) {
      const found = { slice, candidates, races, revealed, leads };
      const proposal = this.#windowAlone(windows, n) ?? this.#propose(found, n);
      const made = yield proposal;
      if (!made) continue;
      revealed = made.sites;
      for (const { data, tookEffect } of made.faults) {
        const of = tookEffect && classes.get(data);
        if (of) this.#known.effective.add(of);
      }
      if (proposal.plan.length === 1 && !proposal.rule) this.#note(leads, candidates, proposal.plan, revealed);
    }
  }

  #propose({ slice, candidates, races, revealed, leads }: Found, n: number): Proposal {
    const { strategy } = this;
    if (strategy === 'random') return this.#randomly(slice);
    if (strategy === 'swarm') return this.#swarm(candidates, races, revealed);
    if (strategy === 'races') return this.#race(candidates, races) ?? this.#swarm(candidates, races, revealed);
    const spread = this.#spread(candidates);
    if (spread) return spread;
    if (strategy === 'singles') return this.#single(candidates);
    return (
      [
        () => this.#single(candidates),
        () => this.#swarm(candidates, races, revealed),
        () => this.#single(candidates),
        () => this.#race(candidates, races) ?? this.#single(candidates),
        () => this.#follow(leads) ?? this.#single(candidates),
        () => this.#randomly(slice),
      ][n % 6]?.() ?? this.#randomly(slice)
    );
  }

  /**
   * Now and then a window with nothing else: what lasts is few classes, and other faults of a run hide it (a crash heals
   * what an outage left behind).
   */
  #windowAlone(windows: readonly Candidate[], n: number): Proposal | undefined {
    if (this.strategy !== 'guided' || n % WINDOW_EVERY !== WINDOW_EVERY - 1) return undefined;
    return windows.some((each) => this.#isUntried(this.#known.alone, each)) ? this.#single(windows) : undefined;
  }

  /** One untried class for each message and component, kinds in turn: a run tries as many classes as there are messages. */
  #spread(candidates: readonly Candidate[]): Proposal | undefined {
    const taken = new Set<string>();
    const plan: FaultData[] = [];
    for (const candidate of this.#inOrder(candidates)) {
      if (taken.has(candidate.strikes) || this.#known.tried.has(candidate.class)) continue;
      taken.add(candidate.strikes);
      this.#known.tried.add(candidate.class);
      plan.push(candidate.fault);
    }
    return plan.length > 0 ? { strategy: 'singles', plan } : undefined;
  }

  /** Not tried in this way, as far as is known, and no other slice's of the round to try. */
  #isUntried(tried: ReadonlySet<string>, { class: of }: Candidate): boolean {
    return !tried.has(of) && isMine(of, this.#part);
  }

  /** Those of untried classes: lowest rank first, within a rank kinds taking turns. */
  #inOrder(candidates: readonly Candidate[]): Candidate[] {
    const left = candidates.filter((each) => this.#isUntried(this.#known.tried, each));
    const ranks = [...new Set(left.map(({ rank }) => rank))].toSorted((a, b) => a - b);
    return ranks.flatMap((rank) => this.#byTurns(left.filter((each) => each.rank === rank)));
  }

  /** The candidates with their kinds taking turns, so that no kind waits for all of another. */
  #byTurns(candidates: readonly Candidate[]): Candidate[] {
    const byKind = new Map<string, Candidate[]>();
    for (const candidate of candidates) {
      const list = byKind.get(candidate.fault.kind);
      if (list) list.push(candidate);
      else byKind.set(candidate.fault.kind, [candidate]);
    }
    const lists = [...byKind.values()];
    const longest = Math.max(0, ...lists.map((list) => list.length));
    return Array.from({ length: longest }, (_, n) => lists.flatMap((list) => list[n] ?? [])).flat();
  }

  /** One fault alone: other faults of a run may hide what it does (a crash heals what a process remembers wrongly). */
  #single(candidates: readonly Candidate[]): Proposal {
    const candidate = this.#leastTried(candidates) ?? this.#pickByKind(candidates);
    if (candidate) {
      const { kind } = candidate.fault;
      this.#known.alone.add(candidate.class);
      this.#known.kindsAlone.set(kind, (this.#known.kindsAlone.get(kind) ?? 0) + 1);
    }
    return { strategy: 'singles', plan: candidate ? [candidate.fault] : [] };
  }

  /**
   * Of those whose class has not been tried alone, and of the lowest rank: first what never took effect beside others, then
   * one of the kind that had the fewest turns.
   */
  #leastTried(candidates: readonly Candidate[]): Candidate | undefined {
    const left = candidates.filter((each) => this.#isUntried(this.#known.alone, each));
    const least = Math.min(...left.map(({ rank }) => rank));
    const turns = ({ fault }: Candidate): number => this.#known.kindsAlone.get(fault.kind) ?? 0;
    const first = left.filter(({ rank }) => rank === least);
    const hidden = first.filter((each) => !this.#known.effective.has(each.class));
    return (hidden.length > 0 ? hidden : first).toSorted((a, b) => turns(a) - turns(b))[0];
  }

  /** Keeps the sites of this run that the probe did not have. */
  #note(
    leads: Map<string, Lead>,
    candidates: readonly Candidate[],
    plan: readonly FaultData[],
    sites: readonly SiteRecord[],
  ): void {
    const known = new Set(candidates.map((each) => each.class));
    for (const candidate of candidatesOf(sites, this.kinds)) {
      if (!known.has(candidate.class)) leads.set(candidate.class, { plan, candidate });
    }
  }

  /** One more fault where a single one led: the class that was followed least, lowest rank first. */
  #follow(leads: Map<string, Lead>): Proposal | undefined {
    const times = ({ candidate }: Lead): number => this.#known.followed.get(candidate.class) ?? 0;
    const [lead] = [...leads.values()].toSorted((a, b) => times(a) - times(b) || a.candidate.rank - b.candidate.rank);
    if (!lead) return undefined;
    const { plan, candidate } = lead;
    this.#known.followed.set(candidate.class, times(lead) + 1);
    leads.delete(candidate.class);
    return { strategy: 'swarm', plan: [...plan, candidate.fault] };
  }

  /** A hold, half of the time beside a copy of a message, so that two handlers of one message meet. */
  #race(candidates: readonly Candidate[], races: readonly Race[]): Proposal | undefined {
    const hold = this.#nextRace(races);
    if (!hold) return undefined;
    const copy =
      this.#next() % 2 === 0 ? this.#pick(candidates.filter(({ fault }) => fault.kind === 'duplicate')) : undefined;
    return { strategy: 'races', plan: copy ? [copy.fault, hold] : [hold] };
  }

  /** One of a class that was tried least often so far. */
  #nextRace(races: readonly Race[]): FaultData | undefined {
    const times = ({ class: of }: Race): number => this.#known.raced.get(of) ?? 0;
    const mine = races.filter((race) => isMine(race.class, this.#part));
    const from = mine.length > 0 ? mine : races;
    const least = from.reduce((found, each) => Math.min(found, times(each)), Infinity);
    const race = this.#pick(from.filter((each) => times(each) === least));
    if (race) this.#known.raced.set(race.class, least + 1);
    return race?.fault;
  }

  /** Two to five faults of a random subset of kinds, most of them on one message, over sites that faulty runs revealed. */
  #swarm(candidates: readonly Candidate[], races: readonly Race[], revealed: readonly SiteRecord[]): Proposal {
    const all = [...candidates, ...candidatesOf(revealed, this.kinds)];
    const kinds = [...this.kinds].filter(() => this.#next() % 2 === 0);
    const some = all.filter(({ fault }) => kinds.includes(kindOf(fault)));
    const from = some.length > 0 ? some : all;
    const centre = this.#pickByKind(from);
    if (!centre) return { strategy: 'swarm', plan: [] };
    const near = from.filter(({ strikes }) => strikes === centre.strikes);
    const size = 2 + (this.#next() % 4);
    const plan = [centre.fault];
    while (plan.length < size) {
      const next = this.#pickByKind(this.#next() % 4 === 0 ? from : near);
      if (!next) break;
      plan.push(next.fault);
    }
    const hold = this.kinds.has('hold') && this.#next() % 4 === 0 ? this.#pick(races)?.fault : undefined;
    return { strategy: 'swarm', plan: distinct(hold ? [...plan, hold] : plan) };
  }

  /** The baseline: each site is struck with probability p, from 0.1 % to 30 % on a logarithmic scale. */
  #randomly(slice: Slice): Proposal {
    const p = RATES[this.#next() % RATES.length] as number;
    const endUs = Math.max(0, ...slice.sites.map((site) => site.timeUs));
    const rule = { p, kinds: [...this.kinds], salt: this.#next(), untilUs: endUs + 5_000_000 };
    const windows = windowsOf(slice.sites, this.kinds);
    const window = this.#next() / 0x1_0000_0000 < p * 3 ? this.#pick(windows) : undefined;
    return { strategy: 'random', plan: window ? [window.fault] : [], rule };
  }

  #pick<T>(list: readonly T[]): T | undefined {
    return list.length === 0 ? undefined : list[this.#next() % list.length];
  }

  /** All kinds are equally likely, and each class within it, however many sites they fit. */
  #pickByKind(candidates: readonly Candidate[]): Candidate | undefined {
    const kind = this.#pick([...new Set(candidates.map(({ fault }) => fault.kind))]);
    const ofKind = candidates.filter(({ fault }) => fault.kind === kind);
    const of = this.#pick([...new Set(ofKind.map((each) => each.class))]);
    return this.#pick(ofKind.filter((each) => each.class === of));
  }

  #next(): number {
    return this.#random.uint32(this.#known.draws++);
  }
}

/** 0.1 % to 30 % in logarithmic steps, written out: no transcendental function is the same on every engine. */
const RATES = [0.001, 0.002, 0.004, 0.008, 0.015, 0.03, 0.06, 0.11, 0.2, 0.3];

function distinct(plan: readonly FaultData[]): FaultData[] {
  const seen = new Set<string>();
  return plan.filter((fault) => {
    const text = JSON.stringify(fault);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}
