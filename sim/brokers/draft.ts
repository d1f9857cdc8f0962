/** A message as it will go over the border, with its lineage: a call that is made again after it failed keeps its name. */
import { childLineage, rootLineage } from '../faults/words.ts';
import { frozenCopy } from '../history/freeze.ts';
import type { Moment } from '../kernel/context.ts';
import { frozenMessage, type Identify, identifyBy, type Message, writeBody } from './message.ts';

export interface Draft {
  readonly message: Message;
  /** The body as it goes over the border. */
  readonly text: string;
  readonly lineage: string;
  /** Remembers that the call failed: the same one made again has the same lineage. */
  failed(): void;
}

export interface Drafted {
  readonly id?: string | undefined;
  readonly type?: string | undefined;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
  /** The routing key, or what a log partitions by. */
  readonly key?: string | undefined;
  /** What a message that says nothing of its type is called. */
  readonly typeElse: string;
  /** The body as it goes over the border, where it has been written already. */
  readonly text?: string | undefined;
}

export function draftOf(moment: Moment, identify: Identify | undefined, body: unknown, o: Drafted): Draft {
  const text = o.text ?? writeBody(body);
  const headers: Record<string, unknown> = { ...o.headers };
  // Headers may be those of another message, handed on: what is said of this one goes before them.
  if (o.id !== undefined) headers['ce_id'] = o.id;
  if (o.type !== undefined) headers['ce_type'] = o.type;
  const raw = { headers, body };
  const { type } = identifyBy(identify, raw, { id: '', type: o.typeElse });
  const again = `again ${type} ${text}`;
  const retried = moment.counts.get(again);
  const counter = `lineage ${type}`;
  const nth = retried ?? (moment.counts.get(counter) ?? 0) + 1;
  if (retried === undefined) moment.counts.set(counter, nth);
  else moment.counts.delete(again);
  const lineage = lineageOf(moment, type, nth);
  const { id } = identifyBy(identify, raw, { id: lineage, type: o.typeElse });
  headers['ce_id'] ??= id;
  headers['ce_type'] ??= type;
  const { key } = o;
  const keyed = key === undefined ? {} : { key };
  const message = frozenMessage({ id, type, ...keyed, body: undefined, headers: frozenCopy(headers) }, text);
  return { message, text, lineage, failed: () => void moment.counts.set(again, nth) };
}

/** By its cause: the item that is sent, the message at hand, or the service on its own. */
function lineageOf(moment: Moment, type: string, nth: number): string {
  if (moment.ref.at === 'send')
    return nth === 1 ? rootLineage(type, moment.lineage) : rootLineage(type, `${moment.lineage}.${nth}`);
  if (moment.ref.at === 'delivery') return childLineage(moment.lineage, type, nth);
  return rootLineage(type, `${moment.lineage}.${nth}`);
}
