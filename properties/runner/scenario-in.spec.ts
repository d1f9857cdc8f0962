/** What modules hold as scenarios, whatever they export, and the sentence where they hold none. */
import { expect, test } from 'vitest';
import { bank } from './bank.fixture.ts';
import { scenarioIn, scenariosIn } from './scenario-in.ts';

const [first, second] = [bank(), { ...bank(), name: 'other' }];
const closed = new Proxy(
  {},
  {
    has: () => {
      throw new Error('no');
    },
  },
);

test('a module exports its default scenario first, then the others by name, each once', () => {
  expect(scenariosIn({ b: second, a: first, again: first, default: second })).toEqual([second, first]);
});

test.each([
  ['nothing', undefined],
  ['null, as what exports `then` may be', null],
  ['a number', 5],
  ['what is none', { default: 5, a: null, b: () => {}, c: { workload: {}, wrong: {}, properties: [] } }],
  ['a proxy that lets nobody look', { default: closed }],
])('%s holds no scenario', (_, exported) => {
  expect(scenariosIn(exported)).toEqual([]);
});

test.each([
  ['export const one = 1;', 'no longer exports a scenario named bank'],
  ['export const then = (_, refuse) => refuse(Object.create(null));', 'could not be loaded: something without words'],
  ['throw undefined;', 'could not be loaded: undefined'],
])('%s is told in a sentence', async (code, sentence) => {
  const loaded = scenarioIn(`data:text/javascript,${encodeURIComponent(code)}`, 'bank');
  await expect(loaded).rejects.toMatchObject({ code: 'EDDY_WORKER', message: expect.stringContaining(sentence) });
});
