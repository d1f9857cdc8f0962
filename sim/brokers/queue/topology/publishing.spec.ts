import { describe, expect, test } from 'vitest';
import { readExpiration, withoutBcc } from './publishing.ts';
import { tableOf } from './table.ts';
import { Clients, refused } from './told.fixture.ts';

describe('a message that is published', () => {
  const clients = new Clients({ queues: { a: {}, b: {}, c: {} } });

  test('goes by the keys of CC and BCC too, through any exchange, to each queue once', () => {
    const headers = { CC: ['b', 'a', 5], BCC: ['c'] };
    expect(clients.broker.resolve({ exchange: '', key: 'a', headers })).toEqual({
      queues: ['a', 'b', 'c'],
      otherKeys: ['b', 'a', 'c'],
      bcc: ['c'],
    });
    clients.bind('b', 'amq.topic', 'order.*');
    expect(clients.routed('amq.topic', 'none', { CC: ['order.placed'] })).toEqual(['b']);
    expect(refused(() => clients.routed('', 'a', { CC: 'b' }))).toBe(
      '406 PRECONDITION_FAILED - invalid message: {unacceptable_type_in_header,"CC",longstr}',
    );
  });

  test('tells nobody of BCC', () => {
    const headers = tableOf({ CC: ['b'], BCC: ['c'], h: 1 });
    expect(withoutBcc(headers)).toEqual(tableOf({ CC: ['b'], h: 1 }));
  });

  test('comes from whom it says, if it says so', () => {
    const from = (userId?: string): string =>
      refused(() => clients.broker.resolve({ exchange: '', key: 'a', headers: {}, userId, user: 'guest' }));
    expect([from(), from('guest')]).toEqual(['', '']);
    expect(from('admin')).toBe(
      "406 PRECONDITION_FAILED - user_id property set to 'admin' but authenticated user was 'guest'",
    );
  });

  test.each([
    ['0', 0],
    ['1500', 1500],
    ['+5', 5],
    ['315360000000', 315_360_000_000],
    ['', "invalid expiration '': no_integer"],
    ['soon', "invalid expiration 'soon': no_integer"],
    ['-1', "invalid expiration '-1': {value_negative,-1}"],
    ['10s', 'invalid expiration \'10s\': {leftover_string,"s"}'],
    ['1.5', 'invalid expiration \'1.5\': {leftover_string,".5"}'],
    ['315360000001', "invalid expiration '315360000001': {value_too_large,315360000001}"],
  ])('expires after so many milliseconds: %j', (text, expected) => {
    if (typeof expected === 'number') expect(readExpiration(text)).toBe(expected);
    else expect(refused(() => readExpiration(text))).toBe(`406 PRECONDITION_FAILED - ${expected}`);
  });
});
