/**
 * P2 poison-isolated: a poisoned message is tried at most `limit` times for each copy of it that came, and is then out
 * of the way. (That the others go on is D5.)
 */
import type { Message } from '../../sim/brokers/message.ts';
import { pick, type Selector } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { aboutMessage } from './messages.ts';

interface Tries {
  readonly copies: Set<number>;
  readonly entries: Entry[];
}

export function poisonIsolated(delivered: Selector<Message>, o: { limit: number }): Property {
  return {
    id: 'P2',
    name: 'poison-isolated',
    kind: 'liveness',
    start() {
      const tries = new Map<string, Tries>();
      let over: string | undefined;
      return {
        see(entry) {
          if (!pick(delivered, entry)) return;
          const { lineage, poison, copy } = aboutMessage(entry);
          if (!poison) return;
          let of = tries.get(lineage);
          if (!of) {
            of = { copies: new Set(), entries: [] };
            tries.set(lineage, of);
          }
          of.copies.add(copy);
          of.entries.push(entry);
          if (of.entries.length > o.limit * of.copies.size) over ??= lineage;
        },
        end(): Verdict {
          const of = over === undefined ? undefined : tries.get(over);
          if (!of) return passed(tries.size, 'poisoned delivery');
          const says = `${delivered.says}: poisoned ${over} was tried ${of.entries.length} times, expected at most ${o.limit} for each copy`;
          return { verdict: 'fail', says, evidence: of.entries.slice(0, o.limit + 1) };
        },
      };
    },
  };
}
