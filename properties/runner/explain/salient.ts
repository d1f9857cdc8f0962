/** Which entries of a failing run tell what happened: the evidence, the faults, and what stands right beside them. */
import { rootOf } from '../../../sim/faults/words.ts';
import type { Entry } from '../../../sim/history/history.ts';
import { rowsBefore } from './rows-before.ts';
import { itemOf, lostIn, serviceOf, toldBy } from './told.ts';

const EVIDENCE_MAX = 3;
/** Beyond, nobody reads on. */
const CHOSEN_MAX = 6;
const FAULTS_MAX = 4;

/** What others can see of a process's work. */
const EFFECTS: ReadonlySet<string> = new Set([
  'published',
  'acked',
  'nacked',
  'inserted',
  'updated',
  'deleted',
  'appended',
  'snapshotted',
  'applied',
  'deadLettered',
  'offsetsCommitted',
]);

/** @param isLack the violation lies in what is missing: then the last that was seen of it belongs to the story */
export function salientEntries(entries: readonly Entry[], evidence: readonly Entry[], isLack: boolean): Entry[] {
  const shown = evidence.length <= EVIDENCE_MAX ? evidence : [evidence[0], evidence.at(-1)];
  const faults = toldFaults(entries);
  const chosen = new Set([...shown, ...faults].flatMap((entry) => entry ?? []));
  for (const fault of faults) {
    const beside = besideFault(entries, fault);
    const isSaid = evidence.some(({ timeUs, causes }) => timeUs === beside?.timeUs && causes[0] === beside.causes[0]);
    if (beside && !isSaid && chosen.size < CHOSEN_MAX) chosen.add(beside);
  }
  const cut = firstCut(entries, evidence);
  if (cut && chosen.size < CHOSEN_MAX) chosen.add(cut);
  for (const between of changedBetween(entries, evidence)) if (chosen.size < CHOSEN_MAX) chosen.add(between);
  const last = isLack ? lastOf(entries, evidence) : undefined;
  if (last) chosen.add(last);
  const fell = last && fellBehind(entries, last);
  if (fell && chosen.size < CHOSEN_MAX) chosen.add(fell);
  return [...chosen].toSorted((a, b) => a.n - b.n);
}

/** What struck last mattered most: in a plan that has shrunk each fault is needed, and the last one completes it. */
export function toldFaults(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(({ kind }) => kind === 'fault').slice(-FAULTS_MAX);
}

/** Where a failover first took something away that was made for the same item as the evidence. */
function firstCut(entries: readonly Entry[], evidence: readonly Entry[]): Entry | undefined {
  const items = new Set(evidence.map((each) => itemOf(entries, each)));
  return entries.find((entry) => lostIn(entry).some((lineage) => items.has(rootOf(lineage))));
}

/** What another service did to a row of the evidence's between its first entry and its last: the last could come for that. */
function changedBetween(entries: readonly Entry[], evidence: readonly Entry[]): Entry[] {
  const [first] = evidence;
  const services = new Set(evidence.map(serviceOf));
  return rowsBefore(entries, evidence).filter((entry) => first && entry.n > first.n && !services.has(serviceOf(entry)));
}

/** What the moment that was struck did last before it died, or first after anything else. */
function besideFault(entries: readonly Entry[], fault: Entry): Entry | undefined {
  const [cause] = fault.causes;
  if (cause === undefined) return undefined;
  const own = (entry: Entry): boolean =>
    entry.process === fault.process && entry.causes[0] === cause && EFFECTS.has(entry.kind);
  const after = entries.slice(fault.n + 1).find(own);
  return after ?? entries.slice(0, fault.n).findLast(own);
}

/** The last effect that the evidence, or what led to it, had. */
function lastOf(entries: readonly Entry[], evidence: readonly Entry[]): Entry | undefined {
  const thread = new Set<number>();
  for (const { n, causes } of evidence) for (const of of [n, ...causes]) thread.add(of);
  let last: Entry | undefined;
  for (const entry of entries) {
    if (!entry.causes.some((cause) => thread.has(cause))) continue;
    thread.add(entry.n);
    const isEnd = EFFECTS.has(entry.kind) || entry.kind === 'dropped';
    if (isEnd && !(last && isDoneBy(entry, last))) last = entry;
  }
  return last;
}

/** Who did the last of it died of something of its own behind that: what it had in memory went with it. */
function fellBehind(entries: readonly Entry[], last: Entry): Entry | undefined {
  return entries
    .slice(last.n + 1)
    .find(({ kind, process, data }) => kind === 'crashed' && process === last.process && !isStruck(data));
}

/** Its fault says so already. */
function isStruck(data: unknown): boolean {
  const { why } = data as { readonly why?: unknown };
  return why === 'fault' || why === 'poison';
}

/** A rejection is recorded behind what the broker does at it, which says more. */
function isDoneBy(nacked: Entry, done: Entry): boolean {
  if (nacked.kind !== 'nacked' || (done.kind !== 'deadLettered' && done.kind !== 'dropped')) return false;
  return done.timeUs === nacked.timeUs && toldBy(done).about['lineage'] === toldBy(nacked).about['lineage'];
}
