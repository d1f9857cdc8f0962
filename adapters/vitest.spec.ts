import { expect, test } from 'vitest';
import welcome from '../examples/welcome.scenario.ts';
import { chaos } from './vitest.ts';

test.each([
  [{ run: 200 }, 'chaos knows no `run`; the nearest that it knows is `runs`'],
  [{ onUnkown: 'skip' }, 'the nearest that it knows is `onUnknown`'],
  [{ runs: 0 }, 'chaos: `runs` must be a whole number from 1, not 0'],
])('an option that is none is refused before there is a test: %j', (o, sentence) => {
  expect(() => chaos(welcome, o as never)).toThrow(sentence);
});
