/**
 * P2 poison-isolated: a poisoned message is tried at most `limit` times for each copy of it that came, and is then out
 * of the way. (That the others go on is D5.) A consumer may try it again by way of another queue, from which it is
 * dead-lettered back, or by publishing it once more under the same id: those are tries of the same copy. A try that
 * another fault strikes is not counted: it did not end by the poison.
 */
import type { Message } from '../../sim/brokers/message.ts';
import type { Happened } from '../../sim/history/history.ts';
import { patternOf, pick, type Selector } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { aboutMessage, concerns } from './messages.ts';

/** A message that was poisoned, and all that was published again of it. */
interface Tries {
  readonly lineage: string;
  /** The copies that were handed out, of each lineage. */
  readonly copies: Map<string, Set<string>>;
  readonly entries: Entry[];
}

export function poisonIsolated(delivered: Selector<Message>, o: { limit: number }): Property {
  const { component, channel } = patternOf(delivered);
  return {
    id: 'P2',
    name: 'poison-isolated',
    kind: 'liveness',
    start() {
      const tries = new Map<string, Tries[]>();
      const returned = new Map<string, number>();
      const struck = new Set<number>();
      let poisoned = 0;
      return {
        see(entry) {
          if (entry.kind === 'fault') for (const n of entry.causes) struck.add(n);
          if (entry.kind === 'deadLettered' && concerns(entry, { component, channel: undefined })) cameBack(entry);
          const picked = pick(delivered, entry);
          const of = picked && triesOf(picked.value.id, entry);
          if (!of) return;
          const { lineage, copy } = aboutMessage(entry);
          const copies = of.copies.get(lineage) ?? new Set();
          of.copies.set(lineage, copies.add(`${(entry.data as Happened).channels.join()} ${copy}`));
          of.entries.push(entry);
        },
        end(): Verdict {
          for (const of of [...tries.values()].flat()) {
            const counted = of.entries.filter(({ n }) => !struck.has(n));
            if (counted.length <= o.limit * copiesOf(of)) continue;
            const says = `${delivered.says}: poisoned ${of.lineage} was tried ${counted.length} times, expected at most ${o.limit} for each copy`;
            return { verdict: 'fail', says, evidence: counted.slice(0, o.limit + 1) };
          }
          return passed(poisoned, 'poisoned delivery');
        },
      };
      /** Those that this delivery belongs to; a poisoned one may be the first of new ones. */
      function triesOf(id: string, entry: Entry): Tries | undefined {
        const { lineage, poison } = aboutMessage(entry);
        const known = tries.get(id) ?? [];
        const found = known.find((each) => each.lineage === lineage || lineage.startsWith(`${each.lineage}/`));
        if (found || !poison) return found;
        poisoned++;
        const first: Tries = { lineage, copies: new Map(), entries: [] };
        tries.set(id, [...known, first]);
        return first;
      }
      function cameBack(entry: Entry): void {
        const { lineage, to } = aboutMessage(entry);
        if (channel === undefined || to === channel) returned.set(lineage, (returned.get(lineage) ?? 0) + 1);
      }
      /** As many as the most that came of one publish; which of them came back is known in the end alone. */
      function copiesOf({ copies }: Tries): number {
        const counts = [...copies].map(([lineage, { size }]) => size - (returned.get(lineage) ?? 0));
        return Math.max(1, ...counts);
      }
    },
  };
}
