/**
 * Spread: a class for each message and component, so that a run tries as many classes as there are messages, and all of
 * them again and again on other messages.
 */
import type { FaultData } from '../../../sim/faults/fault.ts';
import type { Candidate } from '../candidates.ts';
import type { Proposal, Strategy, View } from './strategy.ts';

/** All kinds beside each other: what one prepares another may bring out. */
export const spread: Strategy = (view) => spreadOut(view, view.candidates, view.known.tried);

/** They strike all that a process has in hand, and would hide what others do. */
const OF_PROCESSES: ReadonlySet<FaultData['kind']> = new Set([
  'crash',
  'pause',
  'disconnect',
  'deploy',
  'rebalance',
  'failover',
]);

/** Only what strikes a message. */
export const gently: Strategy = (view) => {
  const gentle = view.candidates.filter(({ site, fault }) => site && !OF_PROCESSES.has(fault.kind));
  return spreadOut(view, gentle, view.known.gently);
};

/** They leave what handles a message to go on: beside one of them another fault shows as well as alone. */
export const MILD: ReadonlySet<FaultData['kind']> = new Set([
  'delay',
  'late',
  'slow',
  'duplicate',
  'ack-lost',
  'confirm-lost',
]);

/** A message on its way has room for a mild fault and for another one. */
function roomOf({ strikes, fault, site }: Candidate): string {
  const isOnItsWay = site?.what === 'arrival' || (site?.what === 'operation' && site.moment.at === 'delivery');
  return isOnItsWay && MILD.has(fault.kind) ? `mild ${strikes}` : strikes;
}

/** What was tried comes again behind the next two ranks. */
const AGAIN = 2;

/** A message with classes that so few others have is kept for them, as long as there is room elsewhere. */
const FEW = 3;

/** Each class on any message that none has yet: which one is struck may be what matters. */
function spreadOut(
  { isMine, dice }: View,
  candidates: readonly Candidate[],
  tried: Map<string, number>,
): Proposal | undefined {
  const byClass = new Map<string, Candidate[]>();
  for (const each of candidates) if (isMine(each.class)) push(byClass, each.class, each);
  const times = (of: string): number => tried.get(of) ?? 0;
  const firsts = [...byClass.values()].map(([first]) => first as Candidate);
  const ordered = inOrder(firsts, (each) => each.rank + AGAIN * times(each.class));
  const { isSpecial, isKept } = specialIn(byClass);
  const free = new Set(candidates.map(roomOf));
  const plan = new Map<string, FaultData>();
  for (const fits of [(each: Candidate) => isSpecial(each.class) || !isKept(each.strikes), () => true]) {
    for (const { class: of } of ordered) {
      if (plan.has(of)) continue;
      const open = (byClass.get(of) ?? []).filter((each) => free.has(roomOf(each)) && fits(each));
      // The first round of what a service does on its own has the most behind it: at first, and half of the time later, it is that.
      const isFirst = isOfWork(open[0]) && (times(of) === 0 || dice.next() % 2 === 0);
      const chosen = isFirst ? open[0] : dice.pick(open);
      if (!chosen) continue;
      free.delete(roomOf(chosen));
      tried.set(of, times(of) + 1);
      plan.set(of, chosen.fault);
    }
  }
  return plan.size > 0 ? { strategy: 'singles', plan: [...plan.values()] } : undefined;
}

function isOfWork(each: Candidate | undefined): boolean {
  return each?.site?.what === 'operation' && each.site.moment.at === 'work';
}

/** Classes that few messages have, and those messages. */
function specialIn(byClass: ReadonlyMap<string, readonly Candidate[]>) {
  const fits = new Map([...byClass].map(([of, all]) => [of, new Set(all.map(({ strikes }) => strikes))]));
  const most = Math.max(0, ...[...fits.values()].map(({ size }) => size));
  const kept = new Set([...fits.values()].flatMap((strikes) => (strikes.size * FEW <= most ? [...strikes] : [])));
  const isKept = (strikes: string): boolean => kept.has(strikes);
  return { isKept, isSpecial: (of: string): boolean => [...(fits.get(of) ?? [])].every(isKept) };
}

/** The lowest rank first, within a rank kinds taking turns. */
function inOrder(candidates: readonly Candidate[], rankOf: (each: Candidate) => number): Candidate[] {
  const byRank = new Map<number, Candidate[]>();
  for (const each of candidates) push(byRank, rankOf(each), each);
  return [...byRank].toSorted(([a], [b]) => a - b).flatMap(([, all]) => byTurns(all));
}

/** The candidates with their kinds taking turns, so that no kind waits for all of another. */
function byTurns(candidates: readonly Candidate[]): Candidate[] {
  const byKind = new Map<string, Candidate[]>();
  for (const each of candidates) push(byKind, each.fault.kind, each);
  const lists = [...byKind.values()];
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, n) => lists.flatMap((list) => list[n] ?? [])).flat();
}

function push<K>(lists: Map<K, Candidate[]>, key: K, each: Candidate): void {
  const list = lists.get(key);
  if (list) list.push(each);
  else lists.set(key, [each]);
}
