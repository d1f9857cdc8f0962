import { afterEach, describe, expect, test } from 'vitest';
import { ColdThreads, runCold } from './cold.ts';

test.each([
  ['waits for ever', 'await new Promise(() => {})'],
  ['ends its thread', 'process.exit(0)'],
])('a scenario module that %s ends the cold runs with a sentence', async (_, code) => {
  const source = `data:text/javascript,${encodeURIComponent(code)}`;
  const request = { source, scenario: 'bank', variant: 'correct', cases: [], digests: [] };
  await expect(runCold(request)).rejects.toMatchObject({ code: 'EDDY_COLD' });
});

describe('threads that campaigns share', () => {
  const threads = new ColdThreads();
  afterEach(() => threads.close());
  const source = new URL('./counting.fixture.ts', import.meta.url).href;
  const once = { seed: 1, items: [{ value: 'note' }], sentences: [] };

  /** The digest of one run in a thread that has made so many before; what is expected of it decides whether the thread is kept. */
  async function digestOf(variant: string, expected = ''): Promise<string | undefined> {
    const answer = await threads.run({ source, scenario: 'counting', variant, cases: [once], digests: [expected] });
    if ('error' in answer) throw new Error(answer.error);
    return answer.digests[0];
  }

  test('another variant of the scenario is made in the thread at hand; the correct one, and one once more, in a fresh one', async () => {
    const fresh = await digestOf('correct');
    expect(await digestOf('correct', fresh)).toBe(fresh);
    const second = await digestOf('one');
    expect(second).not.toBe(fresh);
    // It differed from what was expected: the thread is given up.
    expect(await digestOf('one', fresh)).toBe(fresh);
    expect(await digestOf('two', second)).toBe(second);
    expect(await digestOf('two', fresh)).toBe(fresh);
    expect(await digestOf('correct', fresh)).toBe(fresh);
  });

  test('two at once have a thread each', async () => {
    const fresh = await digestOf('correct');
    expect(await Promise.all([digestOf('one', fresh), digestOf('two', fresh)])).toEqual([fresh, fresh]);
  });
});
