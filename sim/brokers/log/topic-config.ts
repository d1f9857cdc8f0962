/**
 * A topic's configuration by Kafka's names. Those that the model knows take effect; the others can be set and read, no more.
 * Sources: Kafka documentation, "Topic Configs"; LogConfig.java.
 */
import type { TopicSettings } from './topic.ts';

/** By name; what a topic was given, without defaults. */
export type TopicConfig = Readonly<Record<string, string>>;

interface Setting {
  readonly otherwise: string;
  isValid(value: string): boolean;
  /** What it means to the model; left out: nothing. */
  readonly shape?: (value: string) => TopicSettings;
  /** What a shape says of it. */
  readonly of?: (shape: TopicSettings) => string | number | boolean | undefined;
}

const LONGEST = '9223372036854775807';

const whole =
  (least: number, most: number | bigint = BigInt(LONGEST)) =>
  (value: string): boolean =>
    /^-?\d+$/u.test(value) && BigInt(value) >= least && BigInt(value) <= most;
const oneOf =
  (...values: readonly string[]) =>
  (value: string): boolean =>
    values.includes(value);
const listOf =
  (...values: readonly string[]) =>
  (value: string): boolean =>
    value.split(',').every((each) => values.includes(each.trim()));
const isFlag = oneOf('true', 'false');
const isAny = (): boolean => true;
const unknown = (otherwise: string, isValid: (value: string) => boolean): Setting => ({ otherwise, isValid });

const SETTINGS: Readonly<Record<string, Setting>> = {
  'cleanup.policy': {
    otherwise: 'delete',
    isValid: listOf('delete', 'compact'),
    shape: (value) => ({ cleanup: value.includes('compact') ? 'compact' : 'delete' }),
    of: ({ cleanup }) => cleanup,
  },
  'compression.type': unknown('producer', oneOf('uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer')),
  'delete.retention.ms': {
    otherwise: '86400000',
    isValid: whole(0),
    shape: (value) => ({ deleteRetentionMs: Number(value) }),
    of: ({ deleteRetentionMs }) => deleteRetentionMs,
  },
  'file.delete.delay.ms': unknown('60000', whole(0)),
  'flush.messages': unknown(LONGEST, whole(1)),
  'flush.ms': unknown(LONGEST, whole(0)),
  'follower.replication.throttled.replicas': unknown('', isAny),
  'index.interval.bytes': unknown('4096', whole(0)),
  'leader.replication.throttled.replicas': unknown('', isAny),
  'max.compaction.lag.ms': unknown(LONGEST, whole(1)),
  'max.message.bytes': {
    otherwise: '1048588',
    isValid: whole(0, 2_147_483_647),
    shape: (value) => ({ maxMessageBytes: Number(value) }),
    of: ({ maxMessageBytes }) => maxMessageBytes,
  },
  'message.timestamp.type': {
    otherwise: 'CreateTime',
    isValid: oneOf('CreateTime', 'LogAppendTime'),
    shape: (value) => ({ timestamps: value === 'LogAppendTime' ? 'append' : 'create' }),
    of: ({ timestamps }) => timestamps && (timestamps === 'append' ? 'LogAppendTime' : 'CreateTime'),
  },
  'min.cleanable.dirty.ratio': unknown('0.5', (value) => Number(value) >= 0 && Number(value) <= 1),
  'min.compaction.lag.ms': unknown('0', whole(0)),
  'min.insync.replicas': {
    otherwise: '1',
    isValid: whole(1, 2_147_483_647),
    shape: (value) => ({ minInsyncReplicas: Number(value) }),
    of: ({ minInsyncReplicas }) => minInsyncReplicas,
  },
  preallocate: unknown('false', isFlag),
  'retention.bytes': unknown('-1', whole(-1)),
  'retention.ms': {
    otherwise: '604800000',
    isValid: whole(-1),
    shape: (value) => (value === '-1' ? {} : { retentionMs: Number(value) }),
    of: ({ retentionMs }) => retentionMs,
  },
  'segment.bytes': unknown('1073741824', whole(14, 2_147_483_647)),
  'segment.index.bytes': unknown('10485760', whole(4, 2_147_483_647)),
  'segment.jitter.ms': unknown('0', whole(0)),
  'segment.ms': unknown('604800000', whole(1)),
  'unclean.leader.election.enable': {
    otherwise: 'false',
    isValid: isFlag,
    shape: (value) => ({ uncleanElection: value === 'true' }),
    of: ({ uncleanElection }) => uncleanElection,
  },
};

/** A client may ask for what every object has: `constructor`. */
function settingOf(name: string): Setting | undefined {
  return Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
}

/** The first that no topic can have; undefined: it can have them all. */
export function invalidIn(config: TopicConfig): string | undefined {
  return Object.entries(config).find(([name, value]) => settingOf(name)?.isValid(value) !== true)?.[0];
}

/** What the model makes of it. */
export function settingsOf(config: TopicConfig): TopicSettings {
  return Object.assign({}, ...Object.entries(config).map(([name, value]) => settingOf(name)?.shape?.(value) ?? {}));
}

/** What a topic was made with, by Kafka's names. */
export function configOf(shape: TopicSettings): TopicConfig {
  const said = Object.entries(SETTINGS).map(([name, { of }]) => [name, of?.(shape)] as const);
  return Object.fromEntries(said.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));
}

export interface Described {
  readonly name: string;
  readonly value: string;
  readonly isDefault: boolean;
}

/** All settings of a topic, by name, with what it was given or else the default. */
export function described(config: TopicConfig): readonly Described[] {
  return Object.entries(SETTINGS).map(([name, { otherwise }]) => {
    const value = config[name] ?? otherwise;
    return { name, value, isDefault: config[name] === undefined };
  });
}
