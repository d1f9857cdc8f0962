import { expect, test } from 'vitest';
import { runCold } from './cold.ts';

test.each([
  ['waits for ever', 'await new Promise(() => {})'],
  ['ends its thread', 'process.exit(0)'],
])('a scenario module that %s ends the cold runs with a sentence', async (_, code) => {
  const source = `data:text/javascript,${encodeURIComponent(code)}`;
  const request = { source, scenario: 'bank', variant: 'correct', cases: [], digests: [] };
  await expect(runCold(request)).rejects.toMatchObject({ code: 'EDDY_COLD' });
});
