import fs from 'node:fs';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { run, tiny } from './spec-world.ts';

test.each<[api: string, call: () => unknown]>([
  ['fs.promises.readFile', () => fs.promises.readFile('settings.json')],
  ['worker_threads.Worker', () => new Worker('', { eval: true })],
])('%s is refused in one sentence, with the place of the call', async (api, call) => {
  const says: string[] = [];
  await run([
    tiny(() => {
      try {
        call();
      } catch (error) {
        says.push((error as Error).message);
      }
    }),
  ]);
  expect(says).toHaveLength(1);
  expect(says[0]).toMatch(
    new RegExp(`^${api}, called at .*refused\\.spec\\.ts:\\d+, settles outside virtual time, so .*: \\w+`),
  );
});
