/**
 * P3 redrive-faithful: what is taken from the dead letters and published again keeps its id, its key and its headers, and
 * its effect happens once. A broker's own headers (`x-death`) need not stay.
 */
import type { Message } from '../../sim/brokers/message.ts';
import { type Keyed, pick, type Selector } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { equal, inWords } from './equal.ts';
import { Keys } from './keys.ts';
import { Standing } from './standing.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

/** What `redriveFaithful` is told besides. */
export interface Redrive {
  /** The effect of a message, by the id of the message. */
  readonly effect?: Keyed<unknown>;
  /** What must stay of a message beside its id; default: its key. On a queue broker that is the routing key. */
  readonly key?: (message: Message) => unknown;
  /** Headers that a redrive may change, such as its own count. */
  readonly ignoring?: readonly string[];
}

/**
 * @param dead deliveries of dead letters
 * @param redriven publishes; those count that a delivery of a dead letter led to
 */
export function redriveFaithful(dead: Selector<Message>, redriven: Selector<Message>, o: Redrive = {}): Property {
  checkArguments('redriveFaithful', {
    dead: [dead, 'selector'],
    redriven: [redriven, 'selector'],
    effect: [o.effect, 'keyed?'],
    key: [o.key, 'function?'],
  });
  checkSlips('redriveFaithful', o, { effect: true, key: true, ignoring: true });
  return {
    id: 'P3',
    name: 'redrive-faithful',
    kind: 'safety',
    selectors: [dead, redriven, ...(o.effect ? [o.effect] : [])],
    start() {
      const given = new Map<number, { readonly message: Message; readonly entry: Entry }>();
      const again = new Set<string>();
      const effects = new Standing();
      const keys = new Keys();
      let exercised = 0;
      let failed: { says: string; evidence: readonly Entry[] } | undefined;
      return {
        see(entry) {
          const letter = pick(dead, entry);
          if (letter) given.set(entry.n, { message: letter.value, entry });
          const picked = failed ? undefined : pick(redriven, entry);
          const letters = picked ? entry.causes.flatMap((n) => given.get(n) ?? []) : [];
          // Of a batch each may be the one.
          const cause = letters.find(({ message }) => message.id === picked?.value.id) ?? letters[0];
          if (picked && cause) {
            exercised++;
            again.add(picked.value.id);
            const says = changed(cause.message, picked.value, o);
            if (says !== undefined) failed = { says: `${redriven.says}: ${says}`, evidence: [cause.entry, entry] };
          }
          if (o.effect) effects.add(keys.in(o.effect, entry)?.key, entry);
        },
        end(): Verdict {
          failed ??= twice();
          return failed ? { verdict: 'fail', ...failed } : passed(exercised, `${redriven.says} from ${dead.says}`);
        },
      };
      function twice(): { says: string; evidence: readonly Entry[] } | undefined {
        for (const id of again) {
          const evidence = effects.of(id);
          if (evidence.length > 1)
            return { says: `${o.effect?.says}: ${evidence.length} times for "${id}", which was redriven`, evidence };
        }
        return undefined;
      }
    },
  };
}

function changed(was: Message, is: Message, { key = (of) => of.key, ignoring = [] }: Redrive): string | undefined {
  if (is.id !== was.id) return `the dead letter "${was.id}" came back as "${is.id}"`;
  if (!equal(key(was), key(is)))
    return `"${is.id}" came back with the key ${inWords(key(is))}, and had ${inWords(key(was))}`;
  const lost = Object.keys(was.headers).find(
    (name) => !name.startsWith('x-') && !ignoring.includes(name) && !equal(was.headers[name], is.headers[name]),
  );
  if (lost === undefined) return undefined;
  return `"${is.id}" came back with ${inWords(is.headers[lost])} as its header ${lost}, and had ${inWords(was.headers[lost])}`;
}
