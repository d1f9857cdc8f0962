import { describe, expect, test } from 'vitest';
import { EddyError } from '../../../errors.ts';
import { configOf, type ProducerOptions } from './producer-config.ts';

/** Whether such a producer is idempotent, or the setting that it refuses. */
function idempotence(o: ProducerOptions, profile: '3.9' | '4.1' = '4.1'): boolean | string {
  try {
    return configOf(o, profile).idempotence;
  } catch (error) {
    expect(error).toBeInstanceOf(EddyError);
    const { code, data } = error as EddyError;
    expect({ code, kafka: data['kafka'] }).toEqual({ code: 'EDDY_CONFIG', kafka: 'ConfigException' });
    return `refuses ${String(data['setting'])}`;
  }
}

describe('times and sizes', () => {
  test.each([
    ['java', { batchRecords: 1000, backoffUs: 100_000, backoffMaxUs: 1_000_000 }],
    ['kafkajs', { batchRecords: 1, backoffUs: 300_000, backoffMaxUs: 30_000_000 }],
  ] as const)('of %s when nothing is said', (client, own) => {
    expect(configOf({ client }, '4.1')).toMatchObject({
      client,
      lingerUs: 0,
      requestTimeoutUs: 3_000_000,
      deliveryTimeoutUs: 10_000_000,
      transactionalId: undefined,
      transactionTimeoutUs: 60_000_000,
      ...own,
    });
  });

  test.each(['java', 'kafkajs'] as const)(
    'that are said are taken by %s, but each send of kafkajs is a batch',
    (client) => {
      const said = { lingerMs: 1, requestTimeoutMs: 2, deliveryTimeoutMs: 3, transactionTimeoutMs: 4 };
      const o = { client, batchRecords: 5, retries: 6, maxInFlight: 4, acks: 'all', ...said } as const;
      expect(configOf(o, '4.1')).toMatchObject({
        client,
        acks: 'all',
        retries: 6,
        maxInFlight: 4,
        batchRecords: client === 'java' ? 5 : 1,
        lingerUs: 1_000,
        requestTimeoutUs: 2_000,
        deliveryTimeoutUs: 3_000,
        transactionTimeoutUs: 4_000,
      });
      expect(configOf({ client, acks: 1 }, '4.1').acks).toBe(1);
    },
  );
});

describe("fact 28: the Java client's idempotence", () => {
  test('is on by default, with acks of all, retries without limit, five batches in flight', () => {
    expect(configOf({}, '4.1')).toMatchObject({ idempotence: true, acks: 'all', retries: Infinity, maxInFlight: 5 });
  });

  test.each([
    ['acks', { acks: 1 }],
    ['acks', { acks: 0 }],
    ['retries', { retries: 0 }],
  ] as const)('is switched off silently by other %s, and these are refused where it was asked for', (setting, o) => {
    expect([idempotence(o), idempotence({ ...o, idempotence: true })]).toEqual([false, `refuses ${setting}`]);
    expect(idempotence({ ...o, idempotence: false })).toBe(false);
    expect(idempotence({ ...o, transactionalId: 't' })).toBe(`refuses ${setting}`);
  });

  test('more than five batches in flight switch it off up to 3.x; later clients refuse them', () => {
    const o = { maxInFlight: 6 };
    expect([idempotence(o, '3.9'), idempotence(o, '4.1')]).toEqual([false, 'refuses maxInFlight']);
    expect(idempotence({ ...o, idempotence: true }, '3.9')).toBe('refuses maxInFlight');
    expect(idempotence({ ...o, idempotence: false }, '4.1')).toBe(false);
    expect(idempotence({ maxInFlight: 5 })).toBe(true);
  });

  test('a transactional id cannot do without it', () => {
    expect(idempotence({ transactionalId: 't' })).toBe(true);
    expect(idempotence({ transactionalId: 't', idempotence: false })).toBe('refuses transactionalId');
  });
});

describe('fact 28: kafkajs', () => {
  const kafkajs = (o: ProducerOptions): ProducerOptions => ({ ...o, client: 'kafkajs' });

  test('is not idempotent unless asked, tries five times again, and has no limit in flight', () => {
    expect(configOf(kafkajs({}), '4.1')).toMatchObject({
      idempotence: false,
      acks: 'all',
      retries: 5,
      maxInFlight: Infinity,
    });
  });

  test('an idempotent one has one request in flight and tries without limit; it refuses what does not go with it', () => {
    expect(configOf(kafkajs({ idempotence: true }), '4.1')).toMatchObject({ maxInFlight: 1, retries: Infinity });
    expect(idempotence(kafkajs({ idempotence: true, retries: 0 }))).toBe('refuses retries');
    expect(idempotence(kafkajs({ idempotence: true, acks: 1 }))).toBe('refuses acks');
    expect(idempotence(kafkajs({ acks: 1 }))).toBe(false);
    expect(idempotence(kafkajs({ idempotence: true, retries: 1, acks: 'all' }))).toBe(true);
    expect(idempotence(kafkajs({ retries: 0 }))).toBe(false);
  });

  test('a transactional id makes it idempotent', () => {
    expect(idempotence(kafkajs({ transactionalId: 't' }))).toBe(true);
    expect(idempotence(kafkajs({ transactionalId: 't', idempotence: false }))).toBe('refuses transactionalId');
    expect(idempotence(kafkajs({ transactionalId: 't', retries: 0 }))).toBe('refuses retries');
    expect(idempotence(kafkajs({ transactionalId: 't', acks: 1 }))).toBe('refuses acks');
  });
});

test.each([
  ['retries', -1],
  ['maxInFlight', 0],
  ['lingerMs', -1],
  ['batchRecords', 0],
  ['requestTimeoutMs', 0],
  ['deliveryTimeoutMs', Number.NaN],
])('%s of %d makes no sense', (setting, value) => {
  expect(idempotence({ [setting]: value })).toBe(`refuses ${setting}`);
});

test('the least that makes sense is taken', () => {
  const least = { maxInFlight: 1, lingerMs: 0, batchRecords: 1, requestTimeoutMs: 1, deliveryTimeoutMs: 1 };
  expect(idempotence(least)).toBe(true);
  expect(idempotence({ retries: 0 })).toBe(false);
});
