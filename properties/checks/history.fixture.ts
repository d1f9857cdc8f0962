/** Histories made by hand, of entries as the world records them, and the components that they are about. */
import type { Message } from '../../sim/brokers/message.ts';
import { queueBroker } from '../../sim/brokers/queue/component.ts';
import { type Entry, History } from '../../sim/history/history.ts';
import { external } from '../../sim/external/external.ts';
import { eventStore } from '../../sim/stores/event-store/component.ts';
import type { Recorded } from '../../sim/stores/event-store/log.ts';
import { tables } from '../../sim/stores/tables.ts';
import type { Property, Verdict } from '../property.ts';
import type { StateAt, StreamRead } from './streams.ts';

export const mq = queueBroker('mq', { queues: { q: { deadLetterTo: 'dead' }, dead: {}, audit: {} } });
export type Row = { id: string; of: string; n?: number };
export const db = tables<{ t: Row; other: Row }>('db', { t: { key: 'id' }, other: { key: 'id' } });
export const card = external('card', { charge: { reply: (request: { key: string }) => request.key } });

export type Happening = Recorded<{ readonly type: string; readonly by?: number }>;
export const es = eventStore<Happening['event']>('es');

interface About {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  /** Default: an empty object. */
  readonly body?: unknown;
  readonly causes?: readonly number[];
  readonly channels?: readonly string[];
  readonly reason?: string;
  /** Where it is dead-lettered to; default: `dead`. */
  readonly to?: string;
  /** Default: `T#id`. */
  readonly lineage?: string;
  readonly poison?: readonly string[];
  readonly redelivered?: boolean;
  readonly copy?: number;
}

interface By {
  readonly process?: string;
  readonly causes?: readonly number[];
}

/** Each method records one entry and answers its number. A message's lineage is `T#id`. */
export class Told {
  readonly #history = new History();

  get entries(): readonly Entry[] {
    return this.#history.entries;
  }

  record(process: string, kind: string, data: unknown, causes: readonly number[] = []): number {
    return this.#history.record(this.#history.length * 100, process, kind, data, causes);
  }

  #message(process: string, kind: string, id: string, o: About, about: Record<string, unknown> = {}): number {
    const { key = 'q', body = {}, headers = {} } = o;
    const value: Message = { id, type: 'T', key, body, headers, parsed: true };
    const data = {
      component: 'mq',
      channels: o.channels ?? ['q'],
      value,
      about: { lineage: o.lineage ?? `T#${id}`, ...about },
    };
    return this.record(process, kind, data, o.causes);
  }

  started(process = 'reader/0', version = 1): number {
    const [service = '', instance = '0'] = process.split('/');
    const about = { service, instance: Number.parseInt(instance, 10), incarnation: 1 };
    return this.record(process, 'started', version > 1 ? { ...about, version } : about);
  }

  stopped(process: string): number {
    return this.record(process, 'stopped', { why: 'nothing pending' });
  }

  crashed(process: string): number {
    return this.record(process, 'crashed', { death: 'process', why: 'fault' });
  }

  published(id: string, o: About = {}): number {
    return this.#message('workload', 'published', id, o);
  }

  confirmed(id: string, o: About = {}): number {
    return this.#message('workload', 'confirmed', id, o);
  }

  delivered(id: string, o: About & By = {}): number {
    const { poison, redelivered = false, copy = 0, process = 'reader/0' } = o;
    const about = { nth: 1, redelivered, copy, service: 'reader', ...(poison ? { poison } : {}) };
    return this.#message(process, 'delivered', id, o, about);
  }

  acked(id: string, o: About = {}): number {
    return this.#message('reader/0', 'acked', id, o);
  }

  nacked(id: string, requeue: boolean, o: About = {}): number {
    return this.#message('reader/0', 'nacked', id, o, { requeue });
  }

  deadLettered(id: string, o: About = {}): number {
    return this.#message('mq', 'deadLettered', id, o, { reason: o.reason ?? 'rejected', to: o.to ?? 'dead' });
  }

  /** Declared where the configuration says that such messages go. */
  dropped(id: string, o: About = {}): number {
    const { reason = 'expired' } = o;
    const declared = !['rejected', 'delivery_limit', 'cycle'].includes(reason);
    return this.#message('mq', 'dropped', id, o, { reason, declared });
  }

  /** `kind`: seeded, inserted, updated or deleted. */
  row(kind: 'seeded' | 'inserted' | 'updated' | 'deleted', row: Row, o: By & { table?: 't' | 'other' } = {}): number {
    const data = { component: 'db', channels: [o.table ?? 't'], value: row, about: { key: row.id } };
    return this.record(o.process ?? 'reader/0', kind, data, o.causes);
  }

  #ofStream(kind: string, value: { readonly stream: string }, o: By, about?: Record<string, unknown>): number {
    const data = { component: 'es', channels: [value.stream], value, ...(about ? { about } : {}) };
    return this.record(o.process ?? 'reader/0', kind, data, o.causes);
  }

  /** `by`: what the event adds. */
  appended(stream: string, version: number, by?: number, o: By = {}): number {
    const event = { type: 'Added', ...(by === undefined ? {} : { by }) };
    const value: Happening = {
      stream,
      version,
      position: BigInt(this.entries.length),
      id: `${stream}@${version}`,
      event,
    };
    return this.#ofStream('appended', value, o, { lineage: `Added#${stream}` });
  }

  read(stream: string, version: number, o: By = {}): number {
    const read: StreamRead = { stream, version };
    return this.#ofStream('read', read, o);
  }

  snapshotted(stream: string, version: number, state: unknown, o: By = {}): number {
    const snapshot: StateAt<unknown> = { stream, version, state };
    return this.#ofStream('snapshotted', snapshot, o);
  }

  called(key: string, o: By = {}): number {
    const data = { component: 'card', channels: ['charge'], value: { key } };
    return this.record(o.process ?? 'reader/0', 'called', data, o.causes);
  }

  applied(key: string, o: By = {}): number {
    const data = { component: 'card', channels: ['charge'], value: { key } };
    return this.record(o.process ?? 'reader/0', 'applied', data, o.causes);
  }
}

/** What a property says of a history. */
export function judged(property: Property, tell: (told: Told) => void): Verdict {
  const told = new Told();
  tell(told);
  const fold = property.start();
  for (const entry of told.entries) fold.see(entry);
  return fold.end();
}

/** Numbers of the entries that a failure shows. */
export function shown(verdict: Verdict): readonly number[] {
  return verdict.verdict === 'fail' ? verdict.evidence.map(({ n }) => n) : [];
}
