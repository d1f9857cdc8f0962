import { describe, expect, test } from 'vitest';
import { oneTopic } from './bench.fixture.ts';
import { configOf, described, invalidIn, settingsOf } from './topic-config.ts';

describe("a topic's configuration by Kafka's names", () => {
  test.each([
    ['cleanup.policy', 'delete', { cleanup: 'delete' }],
    ['cleanup.policy', 'compact', { cleanup: 'compact' }],
    ['delete.retention.ms', '5', { deleteRetentionMs: 5 }],
    ['max.message.bytes', '7', { maxMessageBytes: 7 }],
    ['message.timestamp.type', 'CreateTime', { timestamps: 'create' }],
    ['message.timestamp.type', 'LogAppendTime', { timestamps: 'append' }],
    ['min.insync.replicas', '2', { minInsyncReplicas: 2 }],
    ['retention.ms', '9', { retentionMs: 9 }],
    ['unclean.leader.election.enable', 'true', { uncleanElection: true }],
    ['unclean.leader.election.enable', 'false', { uncleanElection: false }],
  ] as const)('%s = %s means something, and is read back from what was declared in code', (name, value, settings) => {
    expect(settingsOf({ [name]: value })).toEqual(settings);
    expect(configOf(settings)).toEqual({ [name]: value });
  });

  test('retention.ms = -1 keeps records for ever, as does a topic that says nothing in code', () => {
    expect([settingsOf({ 'retention.ms': '-1' }), configOf({})]).toEqual([{}, {}]);
  });

  test('what the model does not know is taken, kept and told, and changes nothing', () => {
    const config = { 'flush.ms': '5', 'retention.bytes': '-1' };
    expect([invalidIn(config), settingsOf(config)]).toEqual([undefined, {}]);
    const told = described(config).filter(({ isDefault }) => !isDefault);
    expect(told.map(({ name, value }) => [name, value])).toEqual(Object.entries(config));
  });

  test('the largest batch that a topic takes is what is told as the default', () => {
    const [told] = described({}).filter(({ name }) => name === 'max.message.bytes');
    expect(oneTopic().cluster.topic('work')?.maxMessageBytes).toBe(Number(told?.value));
  });

  test('what was given nothing has the defaults of Kafka 4.1', () => {
    const longest = '9223372036854775807';
    expect(Object.fromEntries(described({}).map(({ name, value }) => [name, value]))).toEqual({
      'cleanup.policy': 'delete',
      'compression.type': 'producer',
      'delete.retention.ms': '86400000',
      'file.delete.delay.ms': '60000',
      'flush.messages': longest,
      'flush.ms': longest,
      'follower.replication.throttled.replicas': '',
      'index.interval.bytes': '4096',
      'leader.replication.throttled.replicas': '',
      'max.compaction.lag.ms': longest,
      'max.message.bytes': '1048588',
      'message.timestamp.type': 'CreateTime',
      'min.cleanable.dirty.ratio': '0.5',
      'min.compaction.lag.ms': '0',
      'min.insync.replicas': '1',
      preallocate: 'false',
      'retention.bytes': '-1',
      'retention.ms': '604800000',
      'segment.bytes': '1073741824',
      'segment.index.bytes': '10485760',
      'segment.jitter.ms': '0',
      'segment.ms': '604800000',
      'unclean.leader.election.enable': 'false',
    });
  });

  test('defaults are valid themselves', () => {
    const defaults = described({});
    expect(defaults.every(({ isDefault }) => isDefault)).toBe(true);
    expect(invalidIn(Object.fromEntries(defaults.map(({ name, value }) => [name, value])))).toBe(undefined);
  });

  test.each([
    ['cleanup.policy', ['compact, delete'], ['compress', 'compact,compress']],
    ['compression.type', ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'], ['rar', '']],
    ['delete.retention.ms', ['0', '9223372036854775807'], ['-1', '9223372036854775808', '1.5', 'soon', '']],
    ['max.message.bytes', ['0', '2147483647'], ['-1', '2147483648', '1000000000000000000']],
    ['message.timestamp.type', ['CreateTime', 'LogAppendTime'], ['Create']],
    ['min.cleanable.dirty.ratio', ['0', '1'], ['-0.1', '1.1']],
    ['min.insync.replicas', ['1', '2147483647'], ['0', '2147483648']],
    ['retention.ms', ['-1'], ['-2']],
    ['unclean.leader.election.enable', ['true'], ['yes']],
    ['constructor', [], ['1']],
  ] as const)('%s is valid or not', (name, right, wrong) => {
    const invalid = (values: readonly string[]) => values.map((value) => invalidIn({ [name]: value }));
    expect(invalid(right)).toEqual(right.map(() => undefined));
    expect(invalid(wrong)).toEqual(wrong.map(() => name));
  });
});
