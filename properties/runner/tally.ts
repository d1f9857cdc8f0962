/** Counts over a campaign: how often each property's premise came up and how it ended, and what the faults did. */
import { combine, hashText } from '../../sim/kernel/random.ts';
import type { Property, Verdict } from '../property.ts';
import type { Executed } from './execute.ts';
import { kindOf } from './fault-sentence.ts';
import { type Looked, Looker } from './looked.ts';
import type { FaultCoverage, Overall, PropertyResult } from './result.ts';
import { mostThrownText } from './thrown-text.ts';

/** A property has passed when its premise came up in this many runs and it never failed. */
export const EXERCISED_MIN = 30;

/** What is counted of a run. */
export interface Counted {
  readonly digest: string;
  readonly verdicts: readonly Verdict[];
  readonly faults: readonly { readonly kind: string; readonly reached: boolean; readonly tookEffect: boolean }[];
  /** Of a run without faults: what was thrown most often, and nobody caught. */
  readonly threw?: string;
  /** Of a run that went on until a bound: what it went round in, or which one. */
  readonly unended?: string;
}

export function countedOf({ record, verdicts }: Executed): Counted {
  const { digest, faults, thrown, outcome, why, overAndOver } = record;
  const threw = faults.length > 0 ? undefined : mostThrownText(thrown);
  return {
    digest,
    verdicts,
    faults: faults.map(({ data, reached, tookEffect }) => ({ kind: kindOf(data), reached, tookEffect })),
    ...(threw !== undefined && { threw }),
    ...(outcome === 'bound' && { unended: overAndOver ?? why.join('; ') }),
  };
}

export class Tally {
  runs = 0;
  #looker: Looker | undefined;
  /** Runs in which at least one fault took effect. */
  struck = 0;
  readonly #exercised: number[];
  readonly #failed: (string | undefined)[];
  readonly #why: (string | undefined)[];
  #threw: string | undefined;
  readonly #faults = new Map<string, { planned: number; reached: number; tookEffect: number }>();
  #digest = 0x9747b28c;
  #digestLow = 0x3c6ef372;

  /** @param kinds those that were asked for by name: that nothing fails shows nothing where none of them took effect */
  constructor(
    readonly properties: readonly Property[],
    readonly kinds: readonly string[] = [],
  ) {
    this.#exercised = properties.map(() => 0);
    this.#failed = properties.map(() => undefined);
    this.#why = properties.map(() => undefined);
  }

  add({ digest, verdicts, faults, threw }: Counted): void {
    this.runs++;
    this.#threw ??= threw;
    const hash = hashText(digest);
    this.#digest = combine(this.#digest, hash);
    this.#digestLow = combine(hash, this.#digestLow);
    verdicts.forEach((verdict, n) => {
      if (verdict.verdict === 'pass') this.#exercised[n] = (this.#exercised[n] ?? 0) + 1;
      else if (verdict.verdict === 'fail') this.#failed[n] ??= verdict.says;
      else this.#why[n] ??= verdict.why;
    });
    for (const fault of faults) this.#count(fault);
    if (faults.some(({ tookEffect }) => tookEffect)) this.struck++;
  }

  /** What the properties' selectors picked; where nobody says, nothing is asked. */
  looked(at: Looked): void {
    this.#looker ??= new Looker(this.properties);
    this.#looker.merge(at);
  }

  #count({ kind, ...fault }: Counted['faults'][number]): void {
    const of = this.#faults.get(kind) ?? { planned: 0, reached: 0, tookEffect: 0 };
    of.planned++;
    if (fault.reached) of.reached++;
    if (fault.tookEffect) of.tookEffect++;
    this.#faults.set(kind, of);
  }

  get results(): PropertyResult[] {
    return this.#judged.map((result) => {
      if (this.#threw === undefined || result.verdict !== 'unknown') return result;
      return { ...result, says: `${this.#threw}, without any fault; ${result.says ?? ''}` };
    });
  }

  get #judged(): PropertyResult[] {
    return this.properties.map(({ id, name, kind }, n) => {
      const exercised = this.#exercised[n] ?? 0;
      const failed = this.#failed[n];
      if (failed !== undefined) return { id, name, kind, verdict: 'fail', exercised, says: failed };
      const blind = this.#looker?.blind(n, this.runs);
      if (blind !== undefined) return { id, name, kind, verdict: 'unknown', exercised, says: blind };
      const needless = this.#looker?.needless(n, this.runs);
      const note = needless === undefined ? {} : { says: needless };
      if (this.kinds.length > 0 && this.struck === 0)
        return {
          id,
          name,
          kind,
          verdict: 'unknown',
          exercised,
          says: `no fault took effect of ${this.kinds.join(', ')}`,
        };
      if (exercised >= EXERCISED_MIN) return { id, name, kind, verdict: 'pass', exercised, ...note };
      const says = `its premise came up in ${exercised} ${exercised === 1 ? 'run' : 'runs'}, ${EXERCISED_MIN} are needed${this.#why[n] ? `: ${this.#why[n]}` : ''}`;
      return { id, name, kind, verdict: 'unknown', exercised, says };
    });
  }

  get verdict(): Overall {
    const verdicts = this.results.map(({ verdict }) => verdict);
    if (verdicts.length === 0) return 'unknown';
    return verdicts.includes('fail') ? 'fail' : verdicts.includes('unknown') ? 'unknown' : 'pass';
  }

  get coverage(): FaultCoverage[] {
    return [...this.#faults]
      .map(([kind, counts]) => ({ kind, ...counts }))
      .toSorted((a, b) => (a.kind < b.kind ? -1 : 1));
  }

  get digest(): string {
    return [this.#digest, this.#digestLow].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }
}
