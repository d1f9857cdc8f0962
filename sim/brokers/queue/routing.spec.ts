import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExchangeShape } from './routing.ts';
import { Exchanges } from './topology/exchanges.ts';

/** The parts of a regular expression that say the same as the words of a topic pattern. */
const PART: Readonly<Record<string, string>> = { '*': '(\\.[^.]*)', '#': '(\\.[^.]*)*' };

const to = (type: ExchangeShape['type'], bind: ExchangeShape['bind'], key: string, headers = {}) =>
  new Exchanges({ ex: { type, bind } }, () => false).route('ex', { keys: [key], headers });

describe('fact 23: exchanges route by their type', () => {
  test('direct: by the equal key', () => {
    const bind = [
      { queue: 'a', key: 'red' },
      { queue: 'b', key: 'blue' },
    ];
    expect(to('direct', bind, 'red')).toEqual(['a']);
    expect(to('direct', bind, 'green')).toEqual([]);
  });

  test('fanout: to every queue, whatever the key', () => {
    expect(to('fanout', [{ queue: 'a', key: 'x' }, { queue: 'b' }], 'y')).toEqual(['a', 'b']);
  });

  test('a queue with two matching bindings gets one copy', () => {
    const bind = [
      { queue: 'a', key: '#' },
      { queue: 'a', key: 'order.*' },
    ];
    expect(to('topic', bind, 'order.placed')).toEqual(['a']);
  });

  test.each([
    ['order.*', 'order.placed', true],
    ['order.*', 'order', false],
    ['order.*', 'order.placed.late', false],
    ['order.#', 'order', true],
    ['order.#', 'order.placed.late', true],
    ['#', '', true],
    ['*', '', false],
    ['', '', true],
    ['*.#', '', false],
    ['#', 'a.b', true],
    ['#.placed', 'placed', true],
    ['#.placed', 'eu.order.placed', true],
    ['#.placed', 'eu.placed.late', false],
    ['*.#.late', 'eu.late', true],
    ['*.#.late', 'late', false],
    ['#.*', 'a', true],
    ['a.#.#.b', 'a.b', true],
  ])('topic: %s takes %s: %s', (key, routingKey, taken) => {
    expect(to('topic', [{ queue: 'a', key }], routingKey)).toEqual(taken ? ['a'] : []);
  });

  test('topic agrees with the same pattern written as a regular expression', () => {
    const word = fc.constantFrom('a', 'b');
    const pattern = fc.array(fc.constantFrom('a', 'b', '*', '#'), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(pattern, fc.array(word, { minLength: 1, maxLength: 6 }), (words, key) => {
        const source = words.map((w) => PART[w] ?? `\\.${w}`).join('');
        const expected = new RegExp(`^${source}$`).test(`.${key.join('.')}`);
        expect(to('topic', [{ queue: 'q', key: words.join('.') }], key.join('.')).length === 1).toBe(expected);
      }),
    );
  });

  test('headers: all of them, or any', () => {
    const all = [{ queue: 'a', headers: { kind: 'pdf', 'x-match': 'all', lang: 'de' } }];
    expect(to('headers', all, '', { kind: 'pdf', lang: 'de', more: 1 })).toEqual(['a']);
    expect(to('headers', all, '', { kind: 'pdf' })).toEqual([]);
    const any = [{ queue: 'a', headers: { kind: 'pdf', 'x-match': 'any', lang: 'de' } }];
    expect(to('headers', any, '', { kind: 'pdf' })).toEqual(['a']);
    expect(to('headers', any, '', { kind: 'png' })).toEqual([]);
  });

  test.each([
    [{ kind: 'pdf', 'x-tenant': 'a' }, { kind: 'pdf' }, true],
    [{ kind: 'pdf', 'x-tenant': 'a', 'x-match': 'all-with-x' }, { kind: 'pdf' }, false],
    [{ kind: 'pdf', 'x-tenant': 'a', 'x-match': 'all-with-x' }, { kind: 'pdf', 'x-tenant': 'a' }, true],
    [{ kind: 'pdf', 'x-tenant': 'a', 'x-match': 'any' }, { 'x-tenant': 'a' }, false],
    [{ kind: 'pdf', 'x-tenant': 'a', 'x-match': 'any-with-x' }, { 'x-tenant': 'a' }, true],
    [{ 'x-match': 'all' }, {}, true],
    [{ 'x-match': 'any' }, { kind: 'pdf' }, false],
    [{ kind: '7' }, { kind: 7 }, false],
    [{ kind: 'pdf' }, Object.create({ kind: 'pdf' }) as Record<string, unknown>, false],
  ])('fact 23: a binding with headers %j takes %j: %s', (headers, given, taken) => {
    expect(to('headers', [{ queue: 'a', headers }], '', given).length === 1).toBe(taken);
  });
});
