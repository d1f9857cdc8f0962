import { expect, test } from 'vitest';
import { EddyError } from '../../../errors.ts';
import { type ConsumerOptions, settingsOf } from './consumer-options.ts';

const SECOND = 1_000_000;

const JAVA = {
  group: 'g',
  from: 'earliest',
  isolation: 'read_uncommitted',
  protocols: ['range', 'cooperative-sticky'],
  isCooperative: false,
  sessionTimeoutUs: 45 * SECOND,
  heartbeatUs: 3 * SECOND,
  rebalanceTimeoutUs: 300 * SECOND,
  maxPollIntervalUs: 300 * SECOND,
  autoCommit: undefined,
  autoCommitIntervalUs: 5 * SECOND,
  inFlight: 1,
  maxPollRecords: 500,
  metadataMaxAgeUs: 30 * SECOND,
};

test("the Java client's defaults", () => {
  expect(settingsOf({ group: 'g' })).toEqual(JAVA);
});

test('kafkajs has its own assignor and no limit of its own to the work at a record; others wait a minute for it', () => {
  const own = { protocols: ['round-robin'], rebalanceTimeoutUs: 60 * SECOND, maxPollIntervalUs: Infinity };
  expect(settingsOf({ group: 'g', client: 'kafkajs' })).toEqual({ ...JAVA, ...own });
});

test('what is said goes before the defaults', () => {
  const said = {
    group: 'h',
    from: 'latest',
    isolation: 'read_committed',
    assignor: 'cooperative-sticky',
    instanceId: 'i',
    sessionTimeoutMs: 9_000,
    heartbeatMs: 2_000,
    maxPollIntervalMs: 7_000,
    autoCommit: false,
    autoCommitIntervalMs: 6_000,
    inFlight: 2,
    maxPollRecords: 3,
    metadataMaxAgeMs: 4_000,
    onRevoked: () => {},
    onAssigned: () => {},
    onLost: () => {},
  } as const satisfies ConsumerOptions;
  const settings = {
    group: 'h',
    from: 'latest',
    isolation: 'read_committed',
    protocols: ['cooperative-sticky'],
    isCooperative: true,
    instanceId: 'i',
    sessionTimeoutUs: 9 * SECOND,
    heartbeatUs: 2 * SECOND,
    rebalanceTimeoutUs: 7 * SECOND,
    maxPollIntervalUs: 7 * SECOND,
    autoCommit: false,
    autoCommitIntervalUs: 6 * SECOND,
    inFlight: 2,
    maxPollRecords: 3,
    metadataMaxAgeUs: 4 * SECOND,
    onRevoked: said.onRevoked,
    onAssigned: said.onAssigned,
    onLost: said.onLost,
  };
  expect(settingsOf(said)).toEqual(settings);
  const rebalanceTimeoutMs = 8_000;
  expect(settingsOf({ ...said, rebalanceTimeoutMs }).rebalanceTimeoutUs).toBe(7 * SECOND);
  expect(settingsOf({ ...said, rebalanceTimeoutMs, client: 'kafkajs' }).rebalanceTimeoutUs).toBe(8 * SECOND);
});

test.each<[Partial<ConsumerOptions>, string]>([
  [{ group: '' }, 'a consumer needs the name of its group'],
  [{ assignor: 'none' as never }, 'there is no assignor none'],
  [{ assignor: 'constructor' as never }, 'there is no assignor constructor'],
  [{ sessionTimeoutMs: 0 }, 'sessionTimeoutMs must be more than 0, not 0'],
  [{ inFlight: -1 }, 'inFlight must be more than 0, not -1'],
  [{ maxPollRecords: Number.NaN }, 'maxPollRecords must be more than 0, not NaN'],
  [{ heartbeatMs: 45_000 }, 'heartbeatMs must be less than sessionTimeoutMs'],
])('%j is refused', (o, says) => {
  const make = () => settingsOf({ group: 'g', ...o });
  expect(make).toThrow(EddyError);
  expect(make).toThrow(`The consumer cannot be made: ${says}`);
});
