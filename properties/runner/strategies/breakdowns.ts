/**
 * Breakdowns: a component goes away in the middle of one operation, with nothing else in the run. It has happened, nobody hears
 * of it, and who tries again is turned away for a while: long enough for some to give it up as never done. Outages that begin at
 * some time or other seldom meet that moment. One class of operations after the other, each on any message.
 */
import { outage } from '../../../sim/faults/fitting.ts';
import type { OperationClass, OperationSite, SiteRecord } from '../../../sim/faults/site.ts';
import { classOfOperation } from '../candidates.ts';
import type { Strategy } from './strategy.ts';

/** What others can see. */
const EFFECTS: ReadonlySet<OperationClass> = new Set(['publish', 'commit', 'call', 'transaction']);

/** So long after it was asked for an operation has had its effect, and mostly not its answer. */
const AMID_US = 900;
const FOR_US = 3_000_000;

export const breakdowns: Strategy = ({ kinds, slice, known, isMine, dice }) => {
  const effects = kinds.has('outage') ? slice.sites.filter(isEffect) : [];
  const mine = effects.filter((site) => isMine(nameOf(site)));
  const times = (site: OperationSite): number => known.brokenDown.get(nameOf(site)) ?? 0;
  const least = Math.min(...mine.map(times));
  const first = mine.find((site) => times(site) === least);
  const site = first && dice.pick(mine.filter((each) => nameOf(each) === nameOf(first)));
  if (!site) return undefined;
  known.brokenDown.set(nameOf(site), least + 1);
  return { strategy: 'singles', plan: [outage(site.component, 'refusing', site.timeUs + AMID_US, FOR_US)] };
};

function isEffect(site: SiteRecord): site is OperationSite {
  return site.what === 'operation' && EFFECTS.has(site.class);
}

function nameOf(site: OperationSite): string {
  return `${classOfOperation(site)} breakdown`;
}
