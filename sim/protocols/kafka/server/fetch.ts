/**
 * Fetch: what is there at once, or, where that is less than asked for, when more has come or the time is over. While it waits
 * nothing happens: the time is a turn of the client's chain of timers, which may sleep (kernel/chain.ts).
 *
 * Not modelled: fetch sessions (each request says all), reading from followers.
 */
import { Chain } from '../../../kernel/chain.ts';
import { combine, hashText } from '../../../kernel/random.ts';
import type { Step } from '../../../kernel/world.ts';
import { isRefused } from '../../../brokers/log/kafka-error.ts';
import { isMarker, type LogRecord } from '../../../brokers/log/record.ts';
import type { Isolation } from '../../../brokers/log/replica.ts';
import type { Place } from '../../../brokers/log/transactions.ts';
import { errorCode } from '../error-codes.ts';
import { fetch, type FetchRequest, type FetchResponse } from '../messages/fetch.ts';
import { magicOfFetch, writeRecords } from '../records/records.ts';
import { batchesOf } from './batches.ts';
import type { Exchange } from './exchange.ts';
import { type Handles, on } from './on.ts';
import { Fetching } from './reads.ts';

/** So soon a broker looks again when records have come. */
const WAKES_MIN_US = 50;
const WAKES_MAX_US = 300;
/** As Java's clients hand out at once: more comes with the next fetch. */
const MOST_RECORDS = 500;

const NOTHING = Buffer.alloc(0);

type FetchedPartition = FetchResponse['responses'][number]['partitions'][number];

interface Asked extends Place {
  readonly offset: number;
  readonly maxBytes: number;
  readonly leaderEpoch: number;
}

interface Sent {
  readonly place: Place;
  readonly records: readonly LogRecord[];
}

class LongPoll {
  readonly #places: readonly Asked[];
  readonly #isolation: Isolation;
  #timer: Step | undefined;
  #look: Step | undefined;
  #looks = 0;
  readonly #readable = (topic: string, partition: number): void => {
    if (this.#look || !this.#places.some((place) => place.topic === topic && place.partition === partition)) return;
    const { world } = this.exchange.session;
    const hash = combine(hashText(`fetch of ${topic}/${partition}`), combine(this.#looks++, world.nowUs));
    this.#look = world.spawn(world.random.between(hash, WAKES_MIN_US, WAKES_MAX_US), () => {
      this.#look = undefined;
      this.#go(false);
    });
  };

  constructor(
    readonly exchange: Exchange<FetchResponse>,
    readonly request: FetchRequest,
  ) {
    this.#isolation = request.isolationLevel === 1 ? 'read_committed' : 'read_uncommitted';
    this.#places = request.topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, fetchOffset: offset, partitionMaxBytes: maxBytes, currentLeaderEpoch }) => {
        return { topic, partition, offset, maxBytes, leaderEpoch: currentLeaderEpoch };
      }),
    );
  }

  begin(): void {
    const { exchange, request } = this;
    const { session } = exchange;
    if (session.isCut) {
      exchange.drop();
      return;
    }
    session.fetching = new Fetching(this.#isolation, this.#places);
    if (this.#go(request.maxWaitMs <= 0)) return;
    const { world, endpoint } = session;
    endpoint.log.readers.add(this.#readable);
    exchange.hungUp = () => {
      this.#stop();
      exchange.drop();
    };
    const waitUs = request.maxWaitMs * 1000;
    exchange.chain = session.polls ??= new Chain(waitUs);
    this.#timer = world.rearm(
      waitUs,
      () => {
        world.beat();
        this.#go(true);
      },
      exchange.chain,
      exchange.moment,
    );
  }

  #stop(): void {
    const { world, endpoint } = this.exchange.session;
    endpoint.log.readers.delete(this.#readable);
    for (const step of [this.#timer, this.#look]) if (step) world.cancel(step);
  }

  /** Answers, if there is enough, or the time is over. */
  #go(isOver: boolean): boolean {
    const read = this.#read();
    if (!isOver && !read.hasError && read.bytes < Math.max(this.request.minBytes, 1)) return false;
    this.#stop();
    const { session } = this.exchange;
    for (const { place, records } of read.sent) session.endpoint.sent(session.process, place, records);
    this.exchange.respond(read.response);
    return true;
  }

  #read() {
    let [bytes, hasError] = [0, false];
    const sent: Sent[] = [];
    const byTopic = new Map<string, FetchedPartition[]>();
    for (const asked of this.#places) {
      const left = Math.max(0, this.request.maxBytes - bytes);
      const found = this.#readPartition(asked, bytes === 0 ? Math.max(left, 1) : left, sent);
      bytes += found.records?.length ?? 0;
      hasError ||= found.errorCode !== 0;
      const list = byTopic.get(asked.topic);
      if (list) list.push(found);
      else byTopic.set(asked.topic, [found]);
    }
    const responses = [...byTopic].map(([topic, partitions]) => ({ topic, partitions }));
    const response: FetchResponse = { throttleTimeMs: 0, errorCode: 0, sessionId: 0, responses };
    return { bytes, hasError, sent, response };
  }

  #readPartition(asked: Asked, left: number, sent: Sent[]): FetchedPartition {
    const { topic, partition, offset, maxBytes, leaderEpoch } = asked;
    const { session, header } = this.exchange;
    const { endpoint, node } = session;
    const { cluster } = endpoint.log;
    const found = cluster.fetchEntries({
      topic,
      partition,
      offset,
      isolation: this.#isolation,
      maxRecords: left > 0 ? MOST_RECORDS : 0,
      maxBytes: Math.min(maxBytes, left),
      ...(node !== undefined && { node }),
      ...(leaderEpoch >= 0 && { leaderEpoch }),
    });
    const none = { partitionIndex: partition, preferredReadReplica: -1 };
    if (isRefused(found)) {
      const extent = { highWatermark: -1, lastStableOffset: -1, logStartOffset: -1 };
      return { ...none, ...extent, errorCode: errorCode(found.error), abortedTransactions: null, records: NOTHING };
    }
    const { entries, aborted, highWatermark, lastStableOffset, logStart: logStartOffset } = found;
    const records = entries.filter((entry): entry is LogRecord => !isMarker(entry));
    if (records.length > 0) sent.push({ place: { topic, partition }, records });
    const stamped = cluster.topic(topic)?.shape.timestamps ?? 'create';
    return {
      ...none,
      errorCode: 0,
      highWatermark,
      lastStableOffset,
      logStartOffset,
      abortedTransactions: this.#isolation === 'read_committed' ? aborted : null,
      records:
        entries.length === 0
          ? NOTHING
          : writeRecords(batchesOf(entries, stamped, session.world), magicOfFetch(header.apiVersion)),
    };
  }
}

export const fetchHandlers: readonly Handles[] = [
  on(fetch, (exchange, request) => {
    const poll = new LongPoll(exchange, request);
    exchange.inTurn(() => poll.begin());
  }),
];
