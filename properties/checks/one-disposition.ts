/**
 * P1 one-disposition: every message ends as exactly one of the given ends: its effect, its dead letter. A loss that the
 * configuration declares is an end too; beside another one it is a copy that came again. A message whose deliveries were
 * not all alike (one was poisoned, or the broker gave it up for its many deliveries) may have two.
 */
import type { Happened } from '../../sim/history/history.ts';
import { type Keyed, keyOf, patternOf, pick } from '../../sim/selectors.ts';
import { endsAtBound, type Entry, NOT_DRAINED, passed, type Property, type Verdict, withoutPart } from '../property.ts';
import { asKept } from './as-kept.ts';
import { declaredLosses } from './declared-loss.ts';
import { aboutMessage } from './messages.ts';

export function oneDisposition(sent: Keyed<unknown>, ends: readonly Keyed<unknown>[]): Property {
  const { component } = patternOf(sent);
  return {
    id: 'P1',
    name: 'one-disposition',
    kind: 'safety',
    selectors: [sent],
    alternatives: ends,
    start() {
      const sentBy = new Map<string, Entry>();
      const reached = new Map<string, Entry[]>();
      const excused = new Set<string>();
      let drained = true;
      const declared = new Set<string>();
      const declaredLoss = declaredLosses(sent);
      let aside = 0;
      return asKept({
        see(entry) {
          if (endsAtBound(entry)) drained = false;
          const began = picked(sent, entry);
          if (began !== undefined && !sentBy.has(began)) sentBy.set(began, entry);
          const loss = declaredLoss(entry);
          if (loss !== undefined) declared.add(loss);
          if (mayEndTwice(entry, component)) {
            const key = keyOf(sent, (entry.data as Happened).value);
            excused.add(key === 'no part' ? aboutMessage(entry).lineage : key.key);
          }
          ends.forEach((end, which) => {
            const key = picked(end, entry);
            if (key === undefined) return;
            const list = reached.get(key) ?? [];
            list[which] ??= entry;
            reached.set(key, list);
          });
        },
        end(): Verdict {
          for (const [key, entry] of sentBy) {
            const found = (reached.get(key) ?? []).filter((end) => end !== undefined);
            const none = found.length === 0 && !declared.has(key);
            if (none && !drained) return NOT_DRAINED;
            if (none) return fails(sent, ends, `"${key}" came to none`, [entry]);
            if (found.length > 1 && !excused.has(key))
              return fails(sent, ends, `"${key}" came to more than one`, [entry, ...found]);
          }
          return passed(sentBy.size, `${sent.says} with a key${withoutPart(aside)}`);
        },
        unsee(lost) {
          const began = picked(sent, lost);
          if (began !== undefined && sentBy.get(began) === lost) sentBy.delete(began);
        },
      });
      function picked(of: Keyed<unknown>, entry: Entry): string | undefined {
        const found = pick(of, entry);
        const key = found && keyOf(of, found.value);
        if (key === 'no part') aside++;
        return key === undefined || key === 'no part' ? undefined : key.key;
      }
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
