/**
 * T1 causation-chain: the causation id of what a handler publishes is the id of the message that it was given, the
 * correlation id is inherited, and no chain of causes comes back to itself. Both ids are headers, or attributes of a
 * CloudEvent, whose names are in lower case. What is sent again under its own id, to be tried again or
 * brought back, is the message that it was: it keeps both ids.
 */
import type { Happened } from '../../sim/history/history.ts';
import { attributeOf } from '../../sim/brokers/cloud-event.ts';
import type { Message } from '../../sim/brokers/message.ts';
import { type Keyed, pick, type Selector } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { Keys } from './keys.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

/** What `causationChain` is told besides. */
export interface TraceHeaders {
  /** Header that names the causing message; default `causationId`. */
  readonly causation?: string;
  /** Header that goes through the whole chain; default `correlationId`. */
  readonly correlation?: string;
  /** Rows of an outbox as they are inserted, by the id of their event: what a relay publishes has the cause that its row has. */
  readonly outbox?: Keyed<unknown>;
}

export function causationChain(published: Selector<Message>, o: TraceHeaders = {}): Property {
  checkArguments('causationChain', { published: [published, 'selector'], outbox: [o.outbox, 'keyed?'] });
  checkSlips('causationChain', o, { causation: true, correlation: true, outbox: true });
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
      const chains = new Chains();
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
        const isAgain = message.id === cause.id;
        const says = traced(message, causation);
        const misnamed = isAgain
          ? sentAgain(message.id, says, traced(cause, causation))
          : misnames(message.id, says, cause.id);
        if (misnamed !== undefined) return misnamed;
        const inherited = traced(cause, correlation);
        const inherits = traced(message, correlation);
        if (inherited !== undefined && inherits !== inherited)
          return `"${message.id}" has the correlation id ${JSON.stringify(inherits) ?? 'none'}, its cause had ${JSON.stringify(inherited)}`;
        if (isAgain) return undefined;
        return chains.closes(message.id, cause.id) ? `"${message.id}" is among its own causes` : undefined;
      }
    },
  };
}

/** Who was caused by whom. */
class Chains {
  readonly #causeOf = new Map<string, string>();

  /** Whether the message is among its own causes, now that this is one of them. */
  closes(id: string, cause: string): boolean {
    this.#causeOf.set(id, cause);
    const met = new Set([id]);
    for (let at = this.#causeOf.get(id); at !== undefined; at = this.#causeOf.get(at)) {
      if (met.has(at)) return true;
      met.add(at);
    }
    return false;
  }
}

function misnames(id: string, says: unknown, cause: string): string | undefined {
  return says === cause
    ? undefined
    : `"${id}" names ${JSON.stringify(says) ?? 'nothing'} as its cause, but its handler was given "${cause}"`;
}

function sentAgain(id: string, says: unknown, before: unknown): string | undefined {
  const [now, then] = [says, before].map((each) => JSON.stringify(each) ?? 'nothing');
  return says === before ? undefined : `"${id}" was sent again with ${now} as its cause, and came with ${then}`;
}

function messageOf(entry: Entry): Message {
  return (entry.data as Happened).value as Message;
}

function traced(message: Message, name: string): unknown {
  return message.headers[name] ?? attributeOf(message, name.toLowerCase());
}
