/** Histories of a log made by hand, of entries as the world records them. */
import type { Message } from '../../sim/brokers/message.ts';
import { logBroker } from '../../sim/brokers/log/component.ts';
import type { Entry, Property, Verdict } from '../property.ts';
import { Told } from './history.fixture.ts';

export const log = logBroker('log', { topics: { orders: { partitions: 3 }, out: { partitions: 1 } } });

type Topic = 'orders' | 'out';

interface At {
  readonly topic?: Topic;
  readonly partition?: number;
  readonly causes?: readonly number[];
}

interface Sent extends At {
  /** Default: `r` and the offset. */
  readonly id?: string;
  readonly key?: string;
  readonly body?: unknown;
  /** `7:0:1` is the first of epoch 0 of producer 7. */
  readonly transaction?: string;
  readonly producer?: string;
  readonly call?: number;
  readonly copy?: true;
}

export interface Member extends At {
  readonly process?: string;
  readonly group?: string;
  readonly member?: string;
  readonly generation?: number;
}

export interface Given extends Member {
  readonly poison?: readonly string[];
}

type Owned = number | readonly number[];

/** Each method records one entry and answers its number. The topic is `orders`, the partition 0, unless said. */
export class ToldLog extends Told {
  /** By topic, partition and offset: what was appended there last. */
  readonly #records = new Map<string, Message>();

  #tell(kind: string, process: string, value: unknown, { topic = 'orders', causes }: At, about?: object): number {
    const data = { component: 'log', channels: [topic], value, ...(about ? { about } : {}) };
    return this.record(process, kind, data, causes);
  }

  #record(kind: string, process: string, offset: number, at: At, about: object = {}): number {
    const { topic = 'orders', partition = 0 } = at;
    const value = this.#records.get(`${topic}/${partition}@${offset}`);
    return this.#tell(kind, process, value, at, { lineage: `T#${value?.id}`, partition, offset, ...about });
  }

  writes(offset: number, o: Sent = {}): number {
    const { id = `r${offset}`, key, body = {}, topic = 'orders', partition = 0, transaction, call, copy } = o;
    const message = { id, type: 'T', ...(key === undefined ? {} : { key }), body, headers: {}, parsed: true };
    this.#records.set(`${topic}/${partition}@${offset}`, message);
    const about = { producer: o.producer ?? 'p/0', ...(call === undefined ? {} : { call }) };
    const further = { ...(transaction === undefined ? {} : { transaction }), ...(copy ? { copy } : {}) };
    return this.#record('published', o.producer ?? 'p/0', offset, o, { ...about, ...further });
  }

  writesUpTo(count: number, o: Sent = {}): void {
    for (let offset = 0; offset < count; offset++) this.writes(offset, o);
  }

  confirms(offset: number, o: At = {}): number {
    return this.#record('confirmed', 'p/0', offset, o);
  }

  given(offset: number, o: Given = {}): number {
    const { process = 'worker/0', group = 'g', member = 'm0', generation = 1, poison } = o;
    const about = { nth: 1, service: 'worker', group, generation, member, ...(poison ? { poison } : {}) };
    return this.#record('delivered', process, offset, o, about);
  }

  /** The delivery's own commit was taken. */
  took(delivery: number): number {
    const data = this.entries[delivery]?.data as { about: { offset: number } };
    return this.record('worker/0', 'acked', { ...data, about: { ...data.about } }, [delivery]);
  }

  commits(offset: number, o: Member & { readonly transaction?: string } = {}): number {
    const { process = 'worker/0', topic = 'orders', partition = 0, group = 'g', member = 'm0', generation = 1 } = o;
    const value = { group, topic, partition, offset, generation, member };
    const about = o.transaction === undefined ? undefined : { transaction: o.transaction };
    return this.#tell('offsetsCommitted', process, value, o, about);
  }

  #owns(kind: string, partitions: Owned, o: Member): number {
    const { process = 'worker/0', topic = 'orders', group = 'g', member = 'm0', generation = 1 } = o;
    const list = typeof partitions === 'number' ? [partitions] : partitions;
    return this.#tell(kind, process, { group, member, generation, topic, partitions: list }, o);
  }

  assigned(partitions: Owned, o: Member = {}): number {
    return this.#owns('assigned', partitions, o);
  }

  revoked(partitions: Owned, o: Member = {}): number {
    return this.#owns('revoked', partitions, o);
  }

  lost(partitions: Owned, o: Member = {}): number {
    return this.#owns('lost', partitions, o);
  }

  /** A static member comes again in the place of the one before. */
  joinsAgain(member: string, replaces: string, group = 'g'): number {
    return this.#tell('joined', 'log', { group, member, instanceId: 'i', replaces }, {});
  }

  /** By member: its partitions of `orders`. */
  rebalanced(generation: number, byMember: Readonly<Record<string, readonly number[]>>, group = 'g'): number {
    const entries = Object.entries(byMember).map(([member, orders]) => [member, { orders }]);
    const value = { group, generation, protocol: 'range', assignment: Object.fromEntries(entries) };
    return this.#tell('rebalanced', 'log', value, {});
  }

  sought(to: number, o: Member & { readonly from?: number; readonly why?: 'seek' | 'reset' } = {}): number {
    const { process = 'worker/0', topic = 'orders', partition = 0, group = 'g', from, why = 'seek' } = o;
    return this.#tell('sought', process, { group, topic, partition, from, to, why }, o);
  }

  /** The handler of a delivery rejects. */
  fails(delivery: number, process = 'worker/0'): number {
    const { value } = (this.entries[delivery] as Entry).data as { value: unknown };
    return this.#tell('handlerFailed', process, value, { causes: [delivery] }, { error: 'Error', backoffUs: 1 });
  }

  began(producerId: number, o: At = {}): number {
    return this.#tell('transactionBegan', 'p/0', { transactionalId: 't', producerId, epoch: 0 }, o);
  }

  ends(how: 'Committed' | 'Aborted', producerId: number, o: At = {}): number {
    return this.#tell(`transaction${how}`, 'p/0', { transactionalId: 't', producerId, epoch: 0 }, o);
  }

  /** Another broker leads, whose log of the partition ends here. */
  failsOver(end: number, { partition = 0, ...o }: At & { readonly unclean?: boolean } = {}): number {
    const { topic = 'orders', unclean = false } = o;
    return this.#tell('leaderChanged', 'log', { topic, partition, leader: 1, epoch: 1, unclean, end }, o);
  }

  /** Retention: everything below `to` is gone. */
  cut(from: number, to: number, { partition = 0, ...o }: At = {}): number {
    return this.#tell('logStart', 'log', { topic: o.topic ?? 'orders', partition, from, to }, o);
  }

  removed(offset: number, reason: 'retention' | 'compacted', o: At = {}): number {
    return this.#record('dropped', 'log', offset, o, { reason, declared: true });
  }

  grows(from: number, to: number, o: At = {}): number {
    return this.#tell('partitionsAdded', 'log', { topic: o.topic ?? 'orders', from, to }, o);
  }

  /** The effect of a record. */
  effect(id: string, causes: readonly number[] = [], process = 'worker/0'): number {
    return this.row('inserted', { id: `row ${this.entries.length}`, of: id }, { causes, process });
  }

  ended(outcome: 'quiet' | 'bound' = 'quiet'): number {
    return this.record('world', 'ended', { outcome });
  }
}

/** What a property says of a history of a log. */
export function judgedLog(property: Property, tell: (told: ToldLog) => void): Verdict {
  const told = new ToldLog();
  tell(told);
  const fold = property.start();
  for (const entry of told.entries) fold.see(entry);
  return fold.end();
}
