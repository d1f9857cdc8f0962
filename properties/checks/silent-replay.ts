/**
 * R3 silent-replay: whoever rebuilds a state from its events makes no effect again that these events had before: no mail
 * is sent a second time. A rebuild is what a process does between two marks that it leaves (a row, an event); its
 * death ends it too.
 */
import { type Keyed, pick, type Selector } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { Keys } from './keys.ts';
import { endsProcess } from './versions.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

/** What `silentReplay` is told besides. */
export interface Rebuild {
  readonly begins: Selector<unknown>;
  readonly ends: Selector<unknown>;
}

/** @param effect by the event that it answers. A retry of an effect is one too: better its `applied` than its `called`. */
export function silentReplay(effect: Keyed<unknown>, rebuild: Rebuild, o: { name?: string } = {}): Property {
  checkArguments('silentReplay', {
    effect: [effect, 'keyed'],
    begins: [rebuild?.begins, 'selector'],
    ends: [rebuild?.ends, 'selector'],
  });
  checkSlips('silentReplay', o, { name: true });
  return {
    id: 'R3',
    name: o.name ?? 'silent-replay',
    kind: 'safety',
    selectors: [effect, rebuild.begins, rebuild.ends],
    start() {
      const first = new Map<string, Entry>();
      /** By process: where its rebuild began. */
      const rebuilding = new Map<string, Entry>();
      const keys = new Keys();
      let exercised = 0;
      let failed: { says: string; evidence: Entry[] } | undefined;
      return {
        see(entry) {
          if (failed) return;
          const { process } = entry;
          if (endsProcess(entry) || pick(rebuild.ends, entry)) rebuilding.delete(process);
          if (pick(rebuild.begins, entry) && !rebuilding.has(process)) {
            rebuilding.set(process, entry);
            if (first.size > 0) exercised++;
          }
          const found = keys.in(effect, entry);
          if (found) judge(found.key, entry);
        },
        end: (): Verdict =>
          failed
            ? { verdict: 'fail', ...failed }
            : passed(exercised, `${rebuild.begins.says} after any ${effect.says}${keys.says}`),
      };
      function judge(key: string, entry: Entry): void {
        const before = first.get(key);
        const begun = rebuilding.get(entry.process);
        if (!before) first.set(key, entry);
        else if (begun && before.n < begun.n) {
          failed = { says: `${effect.says}: a rebuild made it again for "${key}"`, evidence: [before, begun, entry] };
        }
      }
    },
  };
}
