/** X4 stable-event-id: every publish attempt of one outbox row carries the same id, so that copies are known as copies. */
import type { Message } from '../../sim/brokers/message.ts';
import { pick, type Selector } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { quietly } from './keys.ts';
import { checkArguments } from './arguments.ts';

export function stableEventId<B>(event: Selector<Message<B>>, row: (message: Message<B>) => string): Property {
  checkArguments('stableEventId', { event: [event, 'selector'], row: [row, 'function'] });
  return {
    id: 'X4',
    name: 'stable-event-id',
    kind: 'safety',
    selectors: [event],
    start() {
      const first = new Map<string, { readonly id: string; readonly entry: Entry }>();
      let repeated = 0;
      let failed: { says: string; evidence: Entry[] } | undefined;
      return {
        see(entry) {
          const picked = failed ? undefined : pick(event, entry);
          const of = picked && quietly(() => row(picked.value));
          if (!picked || of === undefined) return;
          const before = first.get(of);
          const { id } = picked.value;
          if (!before) first.set(of, { id, entry });
          else if (before.id === id) repeated++;
          else
            failed = {
              says: `${event.says}: row "${of}" went out as "${before.id}" and as "${id}"`,
              evidence: [before.entry, entry],
            };
        },
        end: (): Verdict =>
          failed ? { verdict: 'fail', ...failed } : passed(repeated, `${event.says} twice for one row`),
      };
    },
  };
}
