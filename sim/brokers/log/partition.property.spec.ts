/** A partition beside a plain model of it: whatever fails, and whoever writes, they show the same. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bench, idOf } from './bench.fixture.ts';
import type { Refused } from './kafka-error.ts';
import { type By, PartitionModel, type Seen, type Shape } from './model.fixture.ts';
import type { Acks } from './partition.ts';
import { isMarker } from './record.ts';

interface Client {
  producer: number;
  epoch: number;
  next: number;
  last?: { readonly names: readonly string[]; readonly sequence: number; readonly epoch: number };
}

const errorOf = (answer: object | Refused): string | undefined =>
  'error' in answer ? String(answer.error) : undefined;

/** The broker, and the model that it must be like; clients speak to both. */
class Both {
  readonly bench: Bench;
  readonly model: PartitionModel;
  readonly #told: string[] = [];
  readonly #clients = new Map<string, Client>();
  #count = 0;

  constructor(readonly shape: Shape) {
    const work = { partitions: 1, minInsyncReplicas: shape.minInsync, uncleanElection: shape.unclean };
    this.bench = new Bench({ topics: { work }, profile: shape.isV2 ? '4.1' : '3.9' });
    this.model = new PartitionModel(shape);
  }

  get #coordinator() {
    return this.bench.cluster.transactions;
  }

  names(count: number): string[] {
    return Array.from({ length: count }, () => `m${this.#count++}`);
  }

  produce(names: readonly string[], acks: Acks, by?: By): string {
    const producer = by && { ...by, firstSequence: by.sequence };
    const answer = this.bench.send(names.join(' '), { acks, ...(producer ? { producer } : {}) });
    const expected = this.model.produce(names, acks, by);
    if ('error' in answer) expect(answer.error).toBe(expected);
    else {
      const { baseOffset, duplicate, whenReplicated } = answer;
      if (acks !== 0) expect(`${baseOffset}${duplicate ? ' again' : ''}`).toBe(expected);
      whenReplicated?.((error) => void this.#told.push(`${names.join(' ')}: ${error ?? 'done'}`));
    }
    return expected;
  }

  /** Idempotent, or with a transactional id in a transaction. */
  send(id: string, count: number, acks: Acks, again: boolean): void {
    const client = this.#clients.get(id) ?? this.init(id);
    if (!client) return;
    const transactional = id.startsWith('t');
    if (transactional && !this.#added(id, client)) return;
    const { last, producer } = client;
    if (again && last?.epoch === client.epoch) {
      this.produce(last.names, acks, { id: producer, epoch: client.epoch, sequence: last.sequence, transactional });
      return;
    }
    const names = this.names(count);
    const by = { id: producer, epoch: client.epoch, sequence: client.next, transactional };
    if (Number.isNaN(Number.parseInt(this.produce(names, acks, by), 10))) return;
    client.last = { names, sequence: client.next, epoch: client.epoch };
    client.next += count;
  }

  init(id: string): Client | undefined {
    const transactionalId = id.startsWith('t') ? { transactionalId: id } : {};
    const answer = this.#coordinator.initProducerId(transactionalId);
    if (id.startsWith('t')) {
      const expected = this.model.init(id, 'error' in answer ? -1 : answer.producerId);
      expect(errorOf(answer) ?? ('epoch' in answer ? `${answer.epoch}` : '')).toBe(expected);
    }
    if ('error' in answer) return undefined;
    const client = { producer: answer.producerId, epoch: answer.epoch, next: 0 };
    this.#clients.set(id, client);
    return client;
  }

  end(id: string, outcome: 'commit' | 'abort'): void {
    const client = this.#clients.get(id);
    if (!client) return;
    const asking = { transactionalId: id, producerId: client.producer, epoch: client.epoch };
    const expected = this.model.end(id, client.epoch, outcome);
    const answer = this.#coordinator.endTxn(asking, outcome);
    if (expected === undefined) return;
    expect(answer).toEqual({ producerId: client.producer, epoch: expected });
    if (expected !== client.epoch) client.next = 0;
    client.epoch = expected;
  }

  on(each: (partition: PartitionModel) => void, real: (bench: Bench) => void): void {
    each(this.model);
    real(this.bench);
  }

  check(): void {
    expect(this.#seen).toEqual(this.model.seen);
    expect(this.bench.cluster.brokenLaw).toBe(undefined);
    const { leader } = this.bench.partition();
    if (this.model.mayHaveLost || leader?.logStart !== 0) return;
    // They may be out of sight for a while: a new leader's high watermark comes up when enough replicas are in sync.
    const kept = new Set(leader.entries.map((entry) => (isMarker(entry) ? entry.marker : idOf(entry))));
    expect(this.model.confirmed.filter((name) => !kept.has(name))).toEqual([]);
  }

  #added(id: string, client: Client): boolean {
    const asking = { transactionalId: id, producerId: client.producer, epoch: client.epoch };
    const answer = this.#coordinator.addPartitionsToTxn(asking, [{ topic: 'work', partition: 0 }]);
    const expected = this.model.add(id, client.epoch);
    expect(errorOf(answer)).toBe(expected);
    return expected === undefined;
  }

  get #seen(): Seen {
    const { leader, epoch, isr, replicas } = this.bench.partition();
    const read = (isolation: 'read_committed' | 'read_uncommitted'): string =>
      leader ? this.bench.fetch(leader.logStart, isolation, Infinity).records.map(idOf).join(' ') : '';
    return {
      leader: leader?.node,
      epoch,
      isr,
      ends: replicas.map(({ end }) => end),
      start: leader?.logStart,
      highWatermark: leader?.highWatermark,
      read: read('read_uncommitted'),
      readCommitted: read('read_committed'),
      told: this.#told,
    };
  }
}

interface Step {
  readonly says: string;
  readonly play: (both: Both) => void;
}

const step = (says: string, play: (both: Both) => void): Step => ({ says, play });
const acks = fc.constantFrom<Acks>(0, 1, 'all', 'all');
const node = fc.nat(2);
const count = fc.integer({ min: 1, max: 3 });
const id = fc.constantFrom('p', 't1', 't2');

const produce = fc
  .tuple(count, acks)
  .map(([count, acks]) => step(`produce ${count}, acks ${acks}`, (both) => void both.produce(both.names(count), acks)));
const send = fc
  .tuple(id, count, acks, fc.boolean())
  .map(([id, count, acks, again]) =>
    step(`${id} sends ${again ? 'again' : count}, acks ${acks}`, (both) => both.send(id, count, acks, again)),
  );
const end = fc
  .tuple(fc.constantFrom('t1', 't2'), fc.constantFrom('commit', 'abort'))
  .map(([id, outcome]) => step(`${id} ${outcome}s`, (both) => both.end(id, outcome)));
const init = fc.constantFrom('t1', 't2').map((id) => step(`another ${id}`, (both) => void both.init(id)));
const markers = fc.constant(
  step('markers', (both) =>
    both.on(
      (model) => model.writeMarkers(),
      (bench) => bench.writeMarkers(),
    ),
  ),
);
const replicate = fc
  .oneof({ weight: 3, arbitrary: fc.constant([0, 1, 2]) }, fc.subarray([0, 1, 2]))
  .map((nodes) => each(`replicate to ${nodes.join(',')}`, (partition) => partition.replicate(nodes)));
const fails = fc
  .tuple(fc.constantFrom('fallBehind', 'catchUp', 'stop', 'start', 'start'), node)
  .map(([how, node]) => each(`${how} ${node}`, (partition) => partition[how](node)));
const unclean = fc.constant(each('electUncleanly', (partition) => partition.electUncleanly()));
/** Only where nothing that is committed can be lost: what is known of producers goes by the log. */
const cut = fc.nat(30).map((offset) =>
  step(
    `cut below ${offset}`,
    (both) =>
      both.shape.unclean ||
      both.on(
        (p) => p.cut(offset),
        (b) => b.partition().cut(offset),
      ),
  ),
);

/** What partition and model are told in the same words. */
type Told = Pick<PartitionModel, 'replicate' | 'fallBehind' | 'catchUp' | 'stop' | 'start' | 'electUncleanly'>;

function each(says: string, play: (partition: Told) => void): Step {
  return step(says, (both) => both.on(play, (bench) => play(bench.partition())));
}

const script = (writing: number, failing: number) =>
  fc.array(
    fc.oneof(
      { weight: 3, arbitrary: produce },
      { weight: 2 * writing, arbitrary: send },
      { weight: writing, arbitrary: end },
      { weight: 1, arbitrary: init },
      { weight: writing, arbitrary: markers },
      { weight: 6, arbitrary: replicate },
      { weight: failing, arbitrary: fails },
      { weight: 1, arbitrary: unclean },
      { weight: 1, arbitrary: cut },
    ),
    { minLength: 1, maxLength: 60, size: 'max' },
  );
const shape = fc.record({ minInsync: fc.integer({ min: 1, max: 3 }), unclean: fc.boolean(), isV2: fc.boolean() });

test.each([
  ['much is written', script(3, 3)],
  ['much fails', script(1, 15)],
])('a partition shows what its model shows, where %s', { timeout: 60_000 }, (_, steps) => {
  fc.assert(
    fc.property(shape, steps, (o, steps) => {
      const both = new Both({ ...o, eligibles: o.isV2 });
      for (const { play } of steps) {
        play(both);
        both.check();
      }
    }),
    { numRuns: 300 },
  );
});
