/**
 * T1 causation-chain: the causation id of what a handler publishes is the id of the message that it was given, the
 * correlation id is inherited, and no chain of causes comes back to itself.
 */
import type { Happened } from '../../sim/history/history.ts';
import type { Message } from '../../sim/brokers/message.ts';
import { pick, type Selector } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';

export interface TraceHeaders {
  /** Header that names the causing message; default `causationId`. */
  readonly causation?: string;
  /** Header that goes through the whole chain; default `correlationId`. */
  readonly correlation?: string;
}

export function causationChain(published: Selector<Message>, o: TraceHeaders = {}): Property {
  const { causation = 'causationId', correlation = 'correlationId' } = o;
  return {
    id: 'T1',
    name: 'causation-chain',
    kind: 'safety',
    selectors: [published],
    start() {
      const given = new Map<number, Entry>();
      const causeOf = new Map<string, string>();
      let exercised = 0;
      let failed: { says: string; evidence: Entry[] } | undefined;
      return {
        see(entry) {
          if (entry.kind === 'delivered') given.set(entry.n, entry);
          const picked = failed ? undefined : pick(published, entry);
          const causes = picked ? entry.causes.flatMap((n) => given.get(n) ?? []) : [];
          // Of a batch each may be the one.
          const named = causes.find((each) => messageOf(each).id === picked?.value.headers[causation]);
          const cause = named ?? causes[0];
          if (!picked || !cause) return;
          exercised++;
          const says = wrong(picked.value, messageOf(cause));
          if (says !== undefined) failed = { says, evidence: [cause, entry] };
        },
        end: (): Verdict =>
          failed ? { verdict: 'fail', ...failed } : passed(exercised, `${published.says} by a handler`),
      };
      function wrong(message: Message, cause: Message): string | undefined {
        const says = message.headers[causation];
        if (says !== cause.id)
          return `"${message.id}" names ${JSON.stringify(says) ?? 'nothing'} as its cause, but its handler was given "${cause.id}"`;
        const inherited = cause.headers[correlation];
        if (inherited !== undefined && message.headers[correlation] !== inherited) {
          return `"${message.id}" has the correlation id ${JSON.stringify(message.headers[correlation]) ?? 'none'}, its cause had ${JSON.stringify(inherited)}`;
        }
        causeOf.set(message.id, cause.id);
        return circle(message.id) ? `"${message.id}" is among its own causes` : undefined;
      }
      function circle(id: string): boolean {
        const met = new Set([id]);
        for (let at = causeOf.get(id); at !== undefined; at = causeOf.get(at)) {
          if (met.has(at)) return true;
          met.add(at);
        }
        return false;
      }
    },
  };
}

function messageOf(entry: Entry): Message {
  return (entry.data as Happened).value as Message;
}
