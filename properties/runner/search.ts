/**
 * The search of a slice: a strategy proposes its plans, and what their runs did is learned. It reads no clock and draws by
 * address, so that a campaign is a function of its seed.
 */
import type { FaultData } from '../../sim/faults/fault.ts';
import type { SiteRecord } from '../../sim/faults/site.ts';
import type { RunRecord } from '../../sim/simulate.ts';
import { combine, hashText, KeyedRandom } from '../../sim/kernel/random.ts';
import {
  besideOf,
  type Candidate,
  candidatesAt,
  candidatesOf,
  likenessOf,
  UNGUARDED,
  windowsOf,
} from './candidates.ts';
import { kindOf } from './fault-sentence.ts';
import { addParent, type Knowledge, nothingKnown } from './knowledge.ts';
import { racesOf } from './races.ts';
import { isMine, type Part, WHOLE } from './rounds.ts';
import type { Slice } from './slice.ts';
import { statesOf } from './states.ts';
import { Dice } from './strategies/dice.ts';
import { itemsIn } from './strategies/moved.ts';
import { NAMED, type Strategy } from './strategies/named.ts';
import type { Lead, Proposal, View } from './strategies/strategy.ts';
import { strikes } from './strikes.ts';

/** What the search learns from a run. */
export type Made = Pick<RunRecord, 'sites' | 'faults' | 'entries' | 'outcome'>;

/** Where a search goes on from: what is known by now, and which part of its round its slice is. */
export interface Beginning {
  /** It learns more. */
  readonly known?: Knowledge;
  readonly part?: Part;
  /** The slice's number. */
  readonly n?: number;
}

/** Of a plan that a rule drew there may be far more: what is bred from stays small. */
const BRED_FAULTS_MAX = 6;
const NEXT_MAX = 8;

/** Proposes plans, by what is known and by what it learns of their runs. */
export class Search {
  readonly #known: Knowledge;
  readonly #part: Part;
  readonly #dice: Dice;

  constructor(
    seed: number,
    readonly strategy: Strategy,
    readonly kinds: ReadonlySet<string>,
    { known = nothingKnown(), part = WHOLE, n = 0 }: Beginning = {},
  ) {
    this.#known = known;
    this.#part = part;
    const key = combine(seed >>> 0, hashText(strategy));
    this.#dice = new Dice(new KeyedRandom(part.of === 1 ? key : combine(key, n)), known);
  }

  /** The plans of a slice, after its probe: at most `count`. */
  *plans(slice: Slice, count: number, probe?: Made): Generator<Proposal, void, Made | undefined> {
    if (probe && this.#breeds) for (const state of statesOf(probe)) this.#known.reached.add(state);
    const windows = windowsOf(slice.sites, this.kinds);
    const candidates = [...candidatesOf(slice.sites, this.kinds), ...windows];
    const view: View = {
      kinds: this.kinds,
      slice,
      candidates,
      windows,
      races: this.kinds.has('hold') ? racesOf(slice.sites) : [],
      revealed: slice.sites,
      leads: new Map(),
      meetings: new Map(),
      known: this.#known,
      isMine: (name) => isMine(name, this.#part),
      dice: this.#dice,
    };
    const byFault = new Map(candidates.map((each) => [each.fault, each]));
    const probed: Probed = { byFault, classes: new Set(candidates.map(baseOf)), looked: new Set([NO_LIKENESS]) };
    const propose = NAMED[this.strategy];
    for (let n = 0; n < count; n++) {
      const proposal = propose(view) ?? NOTHING;
      const made = yield proposal;
      if (!made) continue;
      view.revealed = made.sites;
      this.#learn(view, probed, proposal, made);
    }
  }

  #learn(view: View, probed: Probed, proposal: Proposal, made: Made): void {
    const { known, leads } = view;
    const { byFault } = probed;
    for (const fault of effective(made)) {
      const of = byFault.get(fault)?.class;
      if (of) known.effective.add(of);
    }
    const fresh = freshIn(made.sites, probed, this.kinds);
    addLeads(leads, fresh, proposal, made);
    if (!this.#breeds) return;
    const kinds = new Set(effective(made).map(kindOf));
    for (const kind of kinds) count(known.kindsStruck, kind);
    if (!this.#isNew(view, made, fresh)) return;
    this.#addMeetings(view, made);
    if (proposal.turn !== undefined) count(known.paid, proposal.turn);
    for (const kind of kinds) count(known.kindsPaid, kind);
  }

  /** What a faulty run brings together that the probe does not, and the fewest faults with which. */
  #addMeetings({ races, meetings }: View, made: Made): void {
    if (!this.kinds.has('hold')) return;
    const plan = effective(made);
    if (plan.length === 0) return;
    const probed = new Set(races.map((race) => race.class));
    for (const race of racesOf(made.sites)) {
      const before = meetings.get(race.class);
      if (!probed.has(race.class) && (!before || plan.length < before.plan.length))
        meetings.set(race.class, { plan, race });
    }
  }

  get #breeds(): boolean {
    return this.strategy === 'guided' || this.strategy === 'novelty';
  }

  /** Whether the run reached a state or a site that none before it did; then it is one to breed from. */
  #isNew({ known, slice }: View, made: Made, fresh: readonly Candidate[]): boolean {
    const { reached } = known;
    const states = [...statesOf(made)].filter((state) => !reached.has(state));
    const sites = new Map(fresh.filter((each) => !reached.has(baseOf(each))).map((each) => [baseOf(each), each]));
    for (const each of [...states, ...sites.keys()]) reached.add(each);
    if (states.length === 0 && sites.size === 0) return false;
    const plan = effective(made).slice(0, BRED_FAULTS_MAX);
    const next = [...sites.values()].toSorted((a, b) => a.rank - b.rank).slice(0, NEXT_MAX);
    const parent = { plan, next: next.map(({ fault }) => fault), items: itemsIn(slice.sites) };
    if (plan.length > 0) addParent(known, keyOf(plan), parent);
    return true;
  }
}

/** The candidates of a slice's probe, as each run of the slice looks them up. */
interface Probed {
  readonly byFault: ReadonlyMap<FaultData, Candidate>;
  readonly classes: ReadonlySet<string>;
  /** Likenesses of sites that have no other classes than these. */
  readonly looked: Set<string>;
}

/** Where nothing can strike. */
const NO_LIKENESS = '';

/** Candidates of classes that the probe has not. */
function freshIn(sites: readonly SiteRecord[], { classes, looked }: Probed, kinds: ReadonlySet<string>): Candidate[] {
  const beside = besideOf(sites);
  return sites.flatMap((site) => {
    const likeness = likenessOf(site, beside);
    if (looked.has(likeness)) return [];
    const fresh = candidatesAt(site, beside, kinds).filter((each) => !classes.has(baseOf(each)));
    if (fresh.length === 0) looked.add(likeness);
    return fresh;
  });
}

function effective({ faults }: Made): FaultData[] {
  return faults.flatMap(({ data, tookEffect }) => (tookEffect ? [data] : []));
}

/**
 * Sites that only this run has, with the faults that led there: those on the same message or process, if there are such, or
 * all. Where a rule drew them they are many, and only what a process does behind its ack is worth it, with those on its message.
 */
function addLeads(leads: Map<string, Lead>, fresh: readonly Candidate[], { plan, rule }: Proposal, made: Made): void {
  const drawn = rule && effective(made);
  const struck = new Map<string | undefined, FaultData[]>();
  for (const fault of fresh.length > 0 ? (drawn ?? plan) : []) {
    const of = strikes(fault);
    const list = struck.get(of);
    if (list) list.push(fault);
    else struck.set(of, [fault]);
  }
  for (const candidate of fresh) {
    if (rule && candidate.rank !== UNGUARDED) continue;
    const onIt = struck.get(candidate.strikes) ?? [];
    addLead(leads, candidate, onIt.length > 0 || drawn ? onIt : [...plan]);
  }
}

/** The fewer faults lead there, the better. */
function addLead(leads: Map<string, Lead>, candidate: Candidate, plan: readonly FaultData[]): void {
  const before = leads.get(baseOf(candidate));
  if (plan.length > 0 && (!before || plan.length < before.plan.length))
    leads.set(baseOf(candidate), { plan, candidate });
}

function count(counts: Map<string, number>, of: string): void {
  counts.set(of, (counts.get(of) ?? 0) + 1);
}

function baseOf({ base, class: of, rank }: Candidate): string {
  return rank === UNGUARDED ? of : (base ?? of);
}

function keyOf(plan: readonly FaultData[]): string {
  return hashText(JSON.stringify(plan)).toString(36);
}

const NOTHING: Proposal = { strategy: 'singles', plan: [] };
