/**
 * T1 causation-chain: the causation id of what a handler publishes is the id of the message that it was given, the
 * correlation id is inherited, and no chain of causes comes back to itself. Both ids are headers, or attributes of a
 * CloudEvent in the JSON format, whose names are in lower case.
 */
import type { Happened } from '../../sim/history/history.ts';
import { isEnvelope, type Message } from '../../sim/brokers/message.ts';
import { type Keyed, pick, type Selector } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { Keys } from './keys.ts';

export interface TraceHeaders {
  /** Header that names the causing message; default `causationId`. */
  readonly causation?: string;
  /** Header that goes through the whole chain; default `correlationId`. */
  readonly correlation?: string;
  /** Rows of an outbox as they are inserted, by the id of their event: what a relay publishes has the cause that its row has. */
  readonly outbox?: Keyed<unknown>;
}

export function causationChain(published: Selector<Message>, o: TraceHeaders = {}): Property {
  const { causation = 'causationId', correlation = 'correlationId', outbox } = o;
  return {
    id: 'T1',
    name: 'causation-chain',
    kind: 'safety',
    selectors: outbox ? [published, outbox] : [published],
    start() {
      const given = new Map<number, Entry>();
      const ofRows = new Map<string, readonly Entry[]>();
      const keys = new Keys();
      const causeOf = new Map<string, string>();
      let exercised = 0;
      let failed: { says: string; evidence: Entry[] } | undefined;
      return {
        see(entry) {
          if (entry.kind === 'delivered') given.set(entry.n, entry);
          const row = outbox && keys.in(outbox, entry);
          if (row) ofRows.set(row.key, causesOf(entry));
          const picked = failed ? undefined : pick(published, entry);
          if (!picked) return;
          const direct = causesOf(entry);
          const causes = direct.length > 0 ? direct : (ofRows.get(picked.value.id) ?? []);
          // Of a batch each may be the one.
          const named = causes.find((each) => messageOf(each).id === traced(picked.value, causation));
          const cause = named ?? causes[0];
          if (!cause) return;
          exercised++;
          const says = wrong(picked.value, messageOf(cause));
          if (says !== undefined) failed = { says, evidence: [cause, entry] };
        },
        end: (): Verdict =>
          failed ? { verdict: 'fail', ...failed } : passed(exercised, `${published.says} by a handler`),
      };
      function causesOf({ causes }: Entry): readonly Entry[] {
        return causes.flatMap((n) => given.get(n) ?? []);
      }
      function wrong(message: Message, cause: Message): string | undefined {
        const says = traced(message, causation);
        if (says !== cause.id)
          return `"${message.id}" names ${JSON.stringify(says) ?? 'nothing'} as its cause, but its handler was given "${cause.id}"`;
        const inherited = traced(cause, correlation);
        const inherits = traced(message, correlation);
        if (inherited !== undefined && inherits !== inherited)
          return `"${message.id}" has the correlation id ${JSON.stringify(inherits) ?? 'none'}, its cause had ${JSON.stringify(inherited)}`;
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

function traced({ headers, body }: Message, name: string): unknown {
  return headers[name] ?? (isEnvelope(body) ? body[name.toLowerCase()] : undefined);
}
