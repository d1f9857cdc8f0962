/** Each fact about the broker and the store turned into its opposite, as one replacement in the source. */
export interface Flip {
  readonly fact: number;
  readonly file: string;
  /** Must stand in the file exactly once. */
  readonly from: string;
  readonly to: string;
  /** Where the specs stand that name the fact; they must notice. */
  readonly specs: string;
}

const QUEUE = 'sim/brokers/queue/';
const LOG = 'sim/brokers/log/';
const STORE = 'sim/stores/';

const broker = (fact: number, file: string, from: string, to: string): Flip => ({
  fact,
  file: `${QUEUE}${file}`,
  from,
  to,
  specs: QUEUE,
});

const log = (fact: number, file: string, from: string, to: string): Flip => ({
  fact,
  file: `${LOG}${file}`,
  from,
  to,
  specs: LOG,
});

const store = (fact: number, file: string, from: string, to: string): Flip => ({
  fact,
  file: `${STORE}${file}`,
  from,
  to,
  specs: STORE,
});

export const FLIPS: readonly Flip[] = [
  broker(
    1,
    'channel.ts',
    '  #tag = 0;',
    '  static tags = 0;\n  get #tag(): number { return Channel.tags; }\n  set #tag(n: number) { Channel.tags = n; }',
  ),
  broker(2, 'channel.ts', '      this.close(error);\n      throw error;', '      throw error;'),
  broker(3, 'channel.ts', 'each <= tag || tag === 0', 'each === tag || tag === 0'),
  broker(4, 'channel.ts', 'if (autoAck) queue.settled();\n    else {', '{'),
  broker(
    5,
    'channel.ts',
    "for (const { queue, copy } of back) queue.takeBack(copy, 'lost');",
    'for (const { queue } of back) queue.settled();',
  ),
  broker(6, 'queue.ts', 'copy.redelivered = true;', ''),
  broker(7, 'ready.ts', 'a.sequence < b.sequence', 'a.sequence < b.sequence && !a.redelivered'),
  broker(8, 'ready.ts', 'version.nackGoesToBack && !o.hasLimit', '!o.hasLimit'),
  broker(8, 'ready.ts', 'version.nackGoesToBack && !o.hasLimit', 'version.nackGoesToBack'),
  broker(9, 'channel.ts', 'this.outstanding < this.#limit', 'this.channel.outstanding < this.#limit'),
  broker(9, 'channel.ts', 'const QUORUM_UNLIMITED = 2000;', 'const QUORUM_UNLIMITED = Infinity;'),
  broker(
    10,
    'channel.ts',
    'consumer.queue.cancelTaker(consumer, this.nowUs());',
    'consumer.queue.removeTaker(consumer);\n    for (const [tag, each] of this.#outstanding) if (each.consumer === consumer) this.nack(tag);',
  ),
  broker(11, 'rota.ts', 'if (this.#active === taker) this.#active = undefined;', ''),
  broker(11, 'rota.ts', '(list[at - 1] as Taker).priority < taker.priority', 'at < 0'),
  broker(
    12,
    'port.ts',
    'if (published.nackedBy === undefined) answer.ok();\n    else answer.fail(full(published.nackedBy));',
    'answer.ok();',
  ),
  broker(
    13,
    'broker.ts',
    'returned: options.mandatory === true, nackedBy: undefined',
    "returned: options.mandatory === true, nackedBy: 'none'",
  ),
  broker(13, 'broker.ts', 'returned: options.mandatory === true', 'returned: false'),
  broker(14, 'broker.ts', 'nackedBy: full[0]', 'nackedBy: taken.length > 0 ? undefined : full[0]'),
  broker(15, 'queue.ts', "this.#giveUp(copy, 'rejected');", "this.#ready.putBack(copy, 'rejected');"),
  broker(15, 'queue.ts', "this.#giveUp(copy, 'expired');", 'this.totals.gaveUp++;'),
  broker(
    16,
    'broker.ts',
    '      this.journal.dropped(copy.envelope, queue.name, reason);\n      return;',
    '      queue.enqueue(copy.envelope, this.nowUs());\n      return;',
  ),
  broker(17, 'queue.ts', "&& this.isQuorum && overflow === 'reject-publish'", '&& this.isQuorum'),
  broker(17, 'queue.ts', "&& this.isQuorum && overflow === 'reject-publish'", "&& overflow === 'reject-publish'"),
  broker(
    18,
    'deaths.ts',
    '[death, ...(shuffles && before.length > 1 ? others.toReversed() : others)]',
    '[...others, death]',
  ),
  broker(18, 'deaths.ts', "every(({ reason }) => reason !== 'rejected')", 'length > 0'),
  broker(18, 'broker.ts', 'this.#version.readsDeaths ?', '!this.#version.readsDeaths ?'),
  broker(19, 'queue.ts', 'copy.returns > this.deliveryLimit', 'copy.returns >= this.deliveryLimit'),
  broker(19, 'queue.ts', "how === 'lost' || how === 'rejected' || this.version.nackCounts", 'true'),
  broker(
    20,
    'queue.ts',
    'Math.min((this.options.messageTtlMs ?? Infinity) * 1000, envelope.expirationUs ?? Infinity)',
    'envelope.expirationUs ?? (this.options.messageTtlMs ?? Infinity) * 1000',
  ),
  broker(
    21,
    'queue.ts',
    'while (this.#drops && this.length > maxLength)',
    'while (this.#drops && this.length > 0 && this.length + this.unacked > maxLength)',
  ),
  broker(21, 'queue.ts', "return overflow !== 'reject-publish' &&", 'return true ||'),
  broker(22, 'channel.ts', 'const LOOK_US = 60_000_000;', 'const LOOK_US = 1_000_000;'),
  broker(22, 'queue.ts', "if (!this.isQuorum && this.version.overdue === 'cancels the consumer') return Infinity;", ''),
  broker(23, 'routing.ts', "expected === '*' ||", "expected === '?' ||"),
  broker(23, 'broker.ts', 'return this.#queues.has(key) ? [key] : [];', 'return [];'),
  log(24, 'cluster.ts', '? lastStable : highWatermark;', '? lastStable : end;'),
  log(
    25,
    'cluster.ts',
    'if (acks === 0) return { baseOffset: -1, duplicate',
    'if (acks === 0) return { baseOffset: isRefused(answer) ? -1 : answer.baseOffset, duplicate',
  ),
  log(25, 'partition.ts', 'this.#waiting.add(offset, tell);', 'tell(undefined);'),
  log(25, 'partition.ts', '    this.stop(old.node);\n', '    this.replicate();\n    this.stop(old.node);\n'),
  log(26, 'partition.ts', "if (acks === 'all' && !this.#inSync.isEnough)", 'if (!this.#inSync.isEnough)'),
  log(26, 'partition.ts', '    if (!this.#inSync.isEnough) return;\n', ''),
  log(26, 'topic.ts', "eligibleLeaders: profile === '4.1',", 'eligibleLeaders: false,'),
  log(26, 'topic.ts', "eligibleLeaders: profile === '4.1',", 'eligibleLeaders: true,'),
  log(27, 'topic.ts', 'this.shape.uncleanElection ?? false', 'this.shape.uncleanElection ?? true'),
  log(27, 'follow.ts', 'if (to >= follower.end) return lost;', 'if (to >= 0) return lost;'),
  log(29, 'producer-state.ts', 'const BATCHES_KEPT = 5;', 'const BATCHES_KEPT = 6;'),
  log(29, 'producer-state.ts', 'const BATCHES_KEPT = 5;', 'const BATCHES_KEPT = 4;'),
  log(29, 'producer-state.ts', "if (firstSequence !== expected) return { error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' };", ''),
  log(29, 'producer-state.ts', 'if (same) return { duplicateOf: same };', ''),
  log(29, 'replica.ts', '    this.#keepProducers(Math.min(below, this.#end));\n', ''),
  log(
    30,
    'replica.ts',
    'if (isMarker(entry)) continue;',
    'if (isMarker(entry)) {\n        records.push(entry as never);\n        continue;\n      }',
  ),
  log(
    31,
    'group/coordinator.ts',
    'offset: this.offsets.get(topic, partition)?.offset ?? -1',
    'offset: (this.offsets.get(topic, partition)?.offset ?? 0) - 1',
  ),
  log(
    32,
    'group/rebalance.ts',
    'member.assignment = assignment[member.memberId] ?? {};',
    'member.assignment = Object.values(assignment)[0] ?? {};',
  ),
  log(
    32,
    'group/assignors/range.ts',
    'const longer = count % subscribers.length;',
    'const longer = subscribers.length;',
  ),
  log(33, 'group/rebalance.ts', 'if (!member.join && !member.isStatic)', 'if (!member.join)'),
  log(
    33,
    'group/rebalance.ts',
    'return runs && !member.isParked',
    'return runs && !member.isStatic && !member.isParked',
  ),
  log(33, 'group/coordinator.ts', "if (known !== memberId) return 'FENCED_INSTANCE_ID';", ''),
  log(
    34,
    'group/coordinator.ts',
    "return generation === this.generation ? undefined : 'ILLEGAL_GENERATION';",
    'return undefined;',
  ),
  log(34, 'group/coordinator.ts', "} else if (!isTransactional) return 'UNKNOWN_MEMBER_ID';", '}'),
  log(
    39,
    'group/coordinator.ts',
    'if (emptied) return group.sinceUs + offsetsRetentionUs;',
    'if (emptied) return Infinity;',
  ),
  log(
    39,
    'group/coordinator.ts',
    'if (emptied) return group.sinceUs + offsetsRetentionUs;',
    'if (emptied) return timeUs + offsetsRetentionUs;',
  ),
  log(
    42,
    'group/assignors/cooperative-sticky.ts',
    'if (by.every((claimant) => claimant === memberId)) shares',
    'if (by) shares',
  ),
  log(
    42,
    'group/assignors/sticky.ts',
    'if (owner?.metadata.topics.includes(one.topic)) shares',
    'if (!owner) free.push(one);\n    else if (owners.size < 0) shares',
  ),
  log(
    43,
    'group/coordinator.ts',
    'this.offsets.send(request.producerId, request.offsets, this.nowUs());',
    'this.offsets.commit(request.offsets, this.nowUs());',
  ),
  log(43, 'group/offsets.ts', "if (outcome === 'abort') return [];", ''),
  log(
    43,
    'group/coordinator.ts',
    'const error = this.#drop(request, this.#commitError(request, true));',
    'const error = this.#refusal(request);',
  ),
  log(35, 'replica.ts', 'Math.min(this.highWatermark, unstable)', 'this.highWatermark'),
  log(35, 'replica.ts', "if (isolation === 'read_committed' && this.#transactions.isAborted(entry)) continue;", ''),
  log(35, 'aborted.ts', 'list[0].last < highWatermark', 'list[0].last >= 0'),
  log(37, 'transactions.ts', "    if (held.open) this.#fence(held, 'new producer');\n    else if", '    if'),
  log(37, 'transactional.ts', "    this.epoch++;\n    this.state = 'Empty';", "    this.state = 'Empty';"),
  log(
    38,
    'partitioner.ts',
    'toPositive(murmur2(ENCODER.encode(key))) % partitions',
    'toPositive(murmur2(ENCODER.encode(key))) % Math.min(partitions, 2)',
  ),
  log(38, 'cluster.ts', 'if (count <= found.partitions.length)', 'if (count < 1)'),
  log(39, 'compaction.ts', 'new Map(kept.map(', 'new Map(kept.toReversed().map('),
  log(39, 'compaction.ts', 'return horizon !== undefined && nowUs >= horizon;', 'return true;'),
  log(39, 'compaction.ts', 'Math.min(log.lastStable, activeFrom)', 'activeFrom'),
  log(39, 'compaction.ts', 'Math.min(log.lastStable, activeFrom)', 'log.lastStable'),
  log(41, 'murmur2.ts', 'const SEED = 0x9747b28c;', 'const SEED = 0;'),
  log(41, 'partitioner.ts', 'return n & 0x7fffffff;', 'return Math.abs(n);'),
  log(41, 'partitioner.ts', 'if (current.bytes >= this.stickyBytes) this.#current', 'this.#current'),
  log(41, 'partitioner.ts', 'count + 1', 'count'),
  log(
    43,
    'transactions.ts',
    'if (ending.groups.size > 0) this.world.groups.endTransaction(held.producerId, outcome);',
    '',
  ),
  log(43, 'transactions.ts', "if (!open?.groups.has(group)) return refused('INVALID_TXN_STATE');", ''),
  store(
    45,
    'tables/database.ts',
    'this.#sequences.set(sequence, value + 1n);',
    'if (tx.writes.size > 0) this.#sequences.set(sequence, value + 1n);',
  ),
  store(46, 'tables/unique.ts', 'if (on && table.write(key, on)) return { on, lock: lockOf(table, key) };', ''),
  store(46, 'tables/writing.ts', 'at.told(taken.by);', ''),
  store(47, 'tables/scanning.ts', '(now === seen || (where?.(now.row) ?? true))', '(where || !where)'),
  store(47, 'tables/database.ts', 'tx.snapshot = this.#commits;', 'tx.snapshot = Infinity;'),
  store(48, 'runtime.ts', "this.#lost(how === 'commit' ? 'unknown' : 'rolled back')", "this.#lost('rolled back')"),
  store(49, 'tables/database.ts', '    tx.abortedBy ??= error;\n    this.#over(tx);', '    tx.abortedBy ??= error;'),
  store(50, 'tables/scanning.ts', "if (blocked && forUpdate === 'skip locked') continue;", ''),
];
