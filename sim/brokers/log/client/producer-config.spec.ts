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
