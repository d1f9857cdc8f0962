/**
 * P1 one-disposition: every message ends as exactly one of the given ends: its effect, its dead letter. A loss that the
 * configuration declares is an end too; beside another one it is a copy that came again. A message whose deliveries were
 * not all alike (one was poisoned, or the broker gave it up for its many deliveries) may have two.
 */
import type { Happened } from '../../sim/history/history.ts';
import { type Keyed, keyOf, patternOf } from '../../sim/selectors.ts';
import { endsAtBound, type Entry, NOT_DRAINED, passed, type Property, type Verdict } from '../property.ts';
import { asKept } from './as-kept.ts';
import { declaredLosses } from './declared-loss.ts';
import { Keys } from './keys.ts';
import { aboutMessage } from './messages.ts';
import { Standing } from './standing.ts';
import { checkArguments } from './arguments.ts';

export function oneDisposition(sent: Keyed<unknown>, ends: readonly Keyed<unknown>[]): Property {
  checkArguments('oneDisposition', { sent: [sent, 'keyed'], ends: [ends, 'keyed ones'] });
  const { component } = patternOf(sent);
  return {
    id: 'P1',
    name: 'one-disposition',
    kind: 'safety',
    selectors: [sent],
    alternatives: ends,
    start() {
      const begun = new Standing();
      const reached = ends.map((end) => ({ end, by: new Standing() }));
      const excused = new Set<string>();
      let drained = true;
      const declared = new Set<string>();
      const declaredLoss = declaredLosses(sent);
      const keys = new Keys();
      return asKept({
        see(entry) {
          if (endsAtBound(entry)) drained = false;
          begun.add(keys.in(sent, entry)?.key, entry);
          const loss = declaredLoss(entry);
          if (loss !== undefined) declared.add(loss);
          if (mayEndTwice(entry, component)) {
            const key = keyOf(sent, (entry.data as Happened).value);
            excused.add(key === 'no part' ? aboutMessage(entry).lineage : key.key);
          }
          for (const { end, by } of reached) by.add(keys.in(end, entry)?.key, entry);
        },
        end(): Verdict {
          for (const key of begun.keys()) {
            const found = reached.flatMap(({ by }) => by.first(key) ?? []);
            const [entry] = begun.of(key) as [Entry];
            const none = found.length === 0 && !declared.has(key);
            if (none && !drained) return NOT_DRAINED;
            if (none) return fails(sent, ends, `"${key}" came to none`, [entry]);
            if (found.length > 1 && !excused.has(key))
              return fails(sent, ends, `"${key}" came to more than one`, [entry, ...found]);
          }
          return passed(begun.size, `${sent.says}${keys.says}`);
        },
        unsee(lost) {
          begun.remove(keys.in(sent, lost)?.key, lost);
          for (const { end, by } of reached) by.remove(keys.in(end, lost)?.key, lost);
        },
      });
    },
  };
}

function mayEndTwice(entry: Entry, component: string): boolean {
  if (entry.kind !== 'delivered' && entry.kind !== 'deadLettered') return false;
  if ((entry.data as Happened).component !== component) return false;
  const { poison, reason } = aboutMessage(entry);
  return entry.kind === 'delivered' ? poison !== undefined : reason !== 'rejected';
}

function names(ends: readonly Keyed<unknown>[]): string {
  return ends.map((end) => end.says).join(', ');
}

function fails(sent: Keyed<unknown>, ends: readonly Keyed<unknown>[], what: string, evidence: Entry[]): Verdict {
  return { verdict: 'fail', says: `${sent.says}: ${what} of: ${names(ends)}`, evidence };
}
