/**
 * P2 poison-isolated: a poisoned message is tried at most `limit` times for each copy of it that came, and is then out
 * of the way. (That the others go on is D5.) A consumer may try it again by way of another queue, from which it is
 * dead-lettered back, or by publishing it once more under the same id: those are tries of the same copy. A try that
 * another fault strikes is not counted, nor one while a component was out: it did not end by the poison. Nor is one of a
 * queue that nobody settled, when a fault struck its process or its broker before the next try: what a process holds goes
 * back with its connection; nor one that was settled behind a fault in its process, which may share a connection with what
 * was struck. Where there are other faults, whoever is handed the partition of a log anew may begin to count again.
 */
import { inShort } from '../../sim/faults/words.ts';
import type { Message } from '../../sim/brokers/message.ts';
import type { Happened } from '../../sim/history/history.ts';
import { patternOf, pick, type Selector } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { Disturbances } from './disturbances.ts';
import { aboutMessage, concerns } from './messages.ts';
import { type DeadLetter, Tries } from './tries.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

export function poisonIsolated(delivered: Selector<Message>, o: { limit: number }): Property {
  checkArguments('poisonIsolated', { delivered: [delivered, 'selector'], limit: [o?.limit, 'number'] });
  checkSlips('poisonIsolated', o, { limit: true });
  const { component } = patternOf(delivered);
  const broker = { component, channel: undefined };
  return {
    id: 'P2',
    name: 'poison-isolated',
    kind: 'liveness',
    selectors: [delivered],
    start() {
      const tries = new Map<string, Tries[]>();
      /** Some may be handed out once more. */
      const letters: DeadLetter[] = [];
      const disturbances = new Disturbances();
      let isDisturbed = false;
      let poisoned = 0;
      return {
        see(entry) {
          disturbances.see(entry);
          if (entry.kind === 'fault') isDisturbed ||= (entry.data as { kind?: unknown }).kind !== 'poison';
          if (entry.kind === 'deadLettered' && concerns(entry, broker)) letters.push(letterOf(entry));
          if (entry.kind === 'assigned' && isDisturbed && concerns(entry, broker))
            for (const of of [...tries.values()].flat()) of.handsOver(entry);
          const picked = pick(delivered, entry);
          if (picked) triesOf(picked.value.id, entry)?.add(entry);
        },
        end(): Verdict {
          for (const of of [...tries.values()].flat()) {
            const counted = of.entries.filter((entry, n) => !disturbances.ended(entry, of.entries[n + 1]));
            if (counted.length <= o.limit * of.rounds(letters)) continue;
            const says = `${delivered.says}: poisoned ${inShort(of.lineage)} was tried ${counted.length} times, expected at most ${o.limit} for each copy`;
            return { verdict: 'fail', says, evidence: counted.slice(0, o.limit + 1) };
          }
          return passed(poisoned, 'poisoned delivery');
        },
      };
      /** Those that this delivery belongs to; a poisoned one may be the first of new ones. */
      function triesOf(id: string, entry: Entry): Tries | undefined {
        const { lineage, poison } = aboutMessage(entry);
        const known = tries.get(id) ?? [];
        const found = known.find((each) => each.includes(lineage));
        if (found || !poison) return found;
        poisoned++;
        const first = new Tries(lineage, entry);
        tries.set(id, [...known, first]);
        return first;
      }
    },
  };
}

function letterOf(entry: Entry): DeadLetter {
  const { lineage, to } = aboutMessage(entry);
  return { lineage, publish: entry.causes[0], from: (entry.data as Happened).channels, to };
}
