import { describe, expect, test } from 'vitest';
import { Clients, ME, refused } from './told.fixture.ts';

describe('exchanges that are declared', () => {
  test('those that every broker has are there, the default one too', () => {
    const clients = new Clients({ queues: { q: {} } });
    const types = ['direct', 'fanout', 'topic', 'headers', 'match'];
    expect(types.map((name) => clients.hasExchange(`amq.${name}`))).toEqual([true, true, true, true, true]);
    expect([clients.routed('', 'q'), clients.routed('', 'p')]).toEqual([['q'], []]);
    expect(refused(() => clients.exchange('amq.topic', 'topic', { durable: true }))).toBe('');
  });

  test('an unknown one is not found: by a passive declare, a publish, a bind', () => {
    const clients = new Clients({ queues: { q: {} } });
    const says = "404 NOT_FOUND - no exchange 'x' in vhost '/'";
    expect(refused(() => clients.exchange('x', 'direct', { passive: true }))).toBe(says);
    expect(refused(() => clients.routed('x'))).toBe(says);
    expect(refused(() => clients.bind('q', 'x'))).toBe(says);
    expect(refused(() => clients.link('amq.topic', 'x'))).toBe(says);
    expect(refused(() => clients.unbind('q', 'x'))).toBe('');
    expect(refused(() => clients.topology.deleteExchange('x'))).toBe('');
  });

  test.each([
    [
      { type: 'fanout', durable: true },
      "arg 'type' for exchange 'x' in vhost '/': received 'fanout' but current is 'direct'",
    ],
    [{ type: 'direct' }, "arg 'durable' for exchange 'x' in vhost '/': received 'false' but current is 'true'"],
    [
      { type: 'direct', durable: true, autoDelete: true },
      "arg 'auto_delete' for exchange 'x' in vhost '/': received 'true' but current is 'false'",
    ],
    [
      { type: 'direct', durable: true, internal: true },
      "arg 'internal' for exchange 'x' in vhost '/': received 'true' but current is 'false'",
    ],
  ])('one that is declared again must be the same: %j', ({ type, ...o }, says) => {
    const clients = new Clients();
    clients.exchange('x', 'direct', { durable: true });
    expect(refused(() => clients.exchange('x', 'direct', { durable: true }))).toBe('');
    expect(refused(() => clients.exchange('x', type, o))).toBe(`406 PRECONDITION_FAILED - inequivalent ${says}`);
  });

  test('its alternate exchange must be the same one', () => {
    const clients = new Clients();
    clients.exchange('x', 'direct', {}, { 'alternate-exchange': 'y' });
    const inequivalent =
      "406 PRECONDITION_FAILED - inequivalent arg 'alternate-exchange' for exchange 'x' in vhost '/': ";
    expect(refused(() => clients.exchange('x', 'direct'))).toBe(
      `${inequivalent}received none but current is the value 'y' of type 'longstr'`,
    );
    expect(refused(() => clients.exchange('x', 'direct', {}, { 'alternate-exchange': 'z' }))).toBe(
      `${inequivalent}received 'z' but current is 'y'`,
    );
    expect(refused(() => clients.exchange('w', 'direct', {}, { 'alternate-exchange': 5 }))).toBe(
      "406 PRECONDITION_FAILED - invalid type 'signedint' for arg 'alternate-exchange' in exchange 'w' in vhost '/'",
    );
  });

  test('reserved names, the default exchange and unknown types are refused', () => {
    const clients = new Clients({ queues: { q: {} } });
    const never = '403 ACCESS_REFUSED - operation not permitted on the default exchange';
    expect(refused(() => clients.exchange('amq.mine', 'direct'))).toBe(
      "403 ACCESS_REFUSED - exchange name 'amq.mine' contains reserved prefix 'amq.*'",
    );
    expect(refused(() => clients.exchange('', 'direct'))).toBe(never);
    expect(refused(() => clients.topology.deleteExchange(''))).toBe(never);
    expect(refused(() => clients.bind('q', '', 'k'))).toBe(never);
    expect(refused(() => clients.unbind('q', '', 'q'))).toBe(never);
    expect(refused(() => clients.link('', 'amq.topic'))).toBe(never);
    expect(refused(() => clients.link('amq.topic', ''))).toBe(never);
    expect(refused(() => clients.topology.deleteExchange('amq.topic'))).toBe(
      "403 ACCESS_REFUSED - deletion of system exchange 'amq.topic' in vhost '/' not allowed",
    );
  });

  test.each([
    ['3.10', "503 COMMAND_INVALID - unknown exchange type 'odd' (connection)"],
    ['3.13', "406 PRECONDITION_FAILED - unknown exchange type 'odd'"],
    ['4.2', "406 PRECONDITION_FAILED - unknown exchange type 'odd'"],
    ['4.3', "406 PRECONDITION_FAILED - unknown exchange type 'odd'"],
  ] as const)('an unknown type is refused by %s with %s', (profile, says) => {
    expect(refused(() => new Clients({ profile }).exchange('x', 'odd'))).toBe(says);
  });

  test('an internal one takes nothing from publishers, but from other exchanges', () => {
    const clients = new Clients({ queues: { q: {} } });
    clients.exchange('inner', 'fanout', { internal: true });
    clients.exchange('outer', 'fanout');
    clients.bind('q', 'inner');
    clients.link('outer', 'inner');
    expect(refused(() => clients.routed('inner'))).toBe(
      "403 ACCESS_REFUSED - cannot publish to internal exchange 'inner' in vhost '/'",
    );
    expect(clients.routed('outer')).toEqual(['q']);
  });
});

describe('bindings', () => {
  test('the same one made twice is one, and is unbound once; another key or argument is another', () => {
    const clients = new Clients({ queues: { q: {} } });
    for (const key of ['a', 'a', 'b']) clients.bind('q', 'amq.direct', key);
    clients.unbind('q', 'amq.direct', 'a');
    expect([clients.routed('amq.direct', 'a'), clients.routed('amq.direct', 'b')]).toEqual([[], ['q']]);
    clients.bind('q', 'amq.headers', '', { h: 1 });
    clients.unbind('q', 'amq.headers', '', { h: 2 });
    expect(clients.routed('amq.headers', '', { h: 1 })).toEqual(['q']);
    clients.unbind('q', 'amq.headers', '', { h: 1 });
    expect(clients.routed('amq.headers', '', { h: 1 })).toEqual([]);
  });

  test('from exchange to exchange, each rule in turn; in a circle each is gone through once', () => {
    const clients = new Clients({ queues: { q: {}, p: {} } });
    clients.exchange('a', 'topic');
    clients.exchange('b', 'direct');
    clients.link('a', 'b', '*.placed');
    clients.link('b', 'a', 'order.placed');
    clients.bind('q', 'b', 'order.placed');
    clients.bind('p', 'a', '#');
    expect(clients.routed('a', 'order.placed')).toEqual(['p', 'q']);
    expect(clients.routed('a', 'order.paid')).toEqual(['p']);
    expect(clients.routed('b', 'order.placed')).toEqual(['q', 'p']);
  });

  test('what matches nothing goes to the alternate exchange, and on from there; one that is not there is none', () => {
    const clients = new Clients({ queues: { q: {}, rest: {} } });
    clients.exchange('x', 'direct', {}, { 'alternate-exchange': 'y' });
    expect(clients.routed('x', 'k')).toEqual([]);
    clients.exchange('y', 'direct', {}, { 'alternate-exchange': 'x' });
    expect(clients.routed('x', 'k')).toEqual([]);
    clients.bind('rest', 'y', 'k');
    clients.bind('q', 'x', 'mine');
    expect([clients.routed('x', 'k'), clients.routed('x', 'mine')]).toEqual([['rest'], ['q']]);
  });

  test('a binding to an exchange counts as a match, though nothing lies behind it', () => {
    const clients = new Clients({ queues: { rest: {} } });
    clients.exchange('dead-end', 'fanout');
    clients.exchange('y', 'fanout');
    clients.bind('rest', 'y');
    clients.exchange('x', 'fanout', {}, { 'alternate-exchange': 'y' });
    expect(clients.routed('x')).toEqual(['rest']);
    clients.link('x', 'dead-end');
    expect(clients.routed('x')).toEqual([]);
  });

  test.each([
    ['all', { a: 1, b: 2 }, true],
    ['all', { a: 1 }, false],
    ['any', { a: 1 }, true],
    ['any', { a: 2 }, false],
    ['any', { 'x-c': 3 }, false],
    ['any-with-x', { 'x-c': 3 }, true],
    ['all-with-x', { a: 1, b: 2 }, false],
    ['all-with-x', { a: 1, b: 2, 'x-c': 3 }, true],
  ])('headers with x-match %s take %j: %s', (how, headers, isTaken) => {
    const clients = new Clients({ queues: { q: {} } });
    clients.bind('q', 'amq.match', '', { 'x-match': how, a: 1, b: 2, 'x-c': 3 });
    expect(clients.routed('amq.match', 'any key', headers)).toEqual(isTaken ? ['q'] : []);
  });

  test('a header without a value is asked to be there; other ways to match are refused', () => {
    const clients = new Clients({ queues: { q: {} } });
    clients.bind('q', 'amq.match', '', { a: null });
    expect([clients.routed('amq.match', '', { a: 'x' }), clients.routed('amq.match')]).toEqual([['q'], []]);
    expect(refused(() => clients.bind('q', 'amq.match', '', { 'x-match': 'some' }))).toBe(
      '406 PRECONDITION_FAILED - Invalid x-match field value <<"some">>; expected all, any, all-with-x, or any-with-x',
    );
    expect(refused(() => clients.bind('q', 'amq.match', '', { 'x-match': 1 }))).toBe(
      '406 PRECONDITION_FAILED - Invalid x-match field type signedint (value 1); expected longstr',
    );
    expect(refused(() => clients.bind('q', 'amq.topic', '', { 'x-match': 'some' }))).toBe('');
  });
});

describe('exchanges that go', () => {
  test('with what is bound to them and from them; one in use only when that is asked for', () => {
    const clients = new Clients({ queues: { q: {} } });
    clients.exchange('a', 'fanout');
    clients.exchange('b', 'fanout');
    clients.link('a', 'b');
    clients.bind('q', 'b');
    expect(refused(() => clients.topology.deleteExchange('b', { ifUnused: true }))).toBe(
      "406 PRECONDITION_FAILED - exchange 'b' in vhost '/' in use",
    );
    clients.topology.deleteExchange('b');
    expect([clients.hasExchange('b'), clients.routed('a')]).toEqual([false, []]);
    clients.exchange('b', 'fanout');
    expect(clients.routed('a')).toEqual([]);
    clients.topology.deleteExchange('b', { ifUnused: true });
    expect(clients.hasExchange('b')).toBe(false);
  });

  test('auto-delete: with the last of its bindings, and those in a row', () => {
    const clients = new Clients({ queues: { q: {} } });
    clients.exchange('a', 'fanout', { autoDelete: true });
    clients.exchange('b', 'fanout', { autoDelete: true });
    clients.link('a', 'b');
    clients.bind('q', 'b', 'one');
    clients.bind('q', 'b', 'two');
    clients.unbind('q', 'b', 'one');
    expect([clients.hasExchange('a'), clients.hasExchange('b')]).toEqual([true, true]);
    clients.unbind('q', 'b', 'two');
    expect([clients.hasExchange('a'), clients.hasExchange('b')]).toEqual([false, false]);
  });

  test('auto-delete: when the queue that was bound goes', () => {
    const clients = new Clients();
    clients.declare('q');
    clients.exchange('a', 'fanout', { autoDelete: true });
    clients.bind('q', 'a');
    clients.topology.deleteQueue('q', {}, ME);
    expect(clients.hasExchange('a')).toBe(false);
  });

  test('what is not durable goes when the broker restarts, what is stays with its bindings', () => {
    const clients = new Clients({
      queues: { q: {} },
      exchanges: { first: { type: 'fanout', bind: [{ queue: 'q' }] } },
    });
    clients.exchange('brief', 'fanout');
    clients.exchange('kept', 'fanout', { durable: true });
    clients.declare('brief', {});
    clients.bind('q', 'kept');
    clients.bind('brief', 'kept');
    clients.broker.restart();
    expect([clients.hasExchange('brief'), clients.routed('kept'), clients.routed('first')]).toEqual([
      false,
      ['q'],
      ['q'],
    ]);
  });
});
