import { expect, test } from 'vitest';
import { service } from './services/service.ts';
import { tables } from './stores/tables.ts';
import { play } from './world.fixture.ts';

test('two components of one name would be taken for each other, and are refused', async () => {
  const [one, other] = [tables('db', { t: { key: 'id' } }), tables('db', { t: { key: 'id' } })];
  const reader = service('reader', { other }, () => {});
  await expect(play({ uses: { one }, services: [reader], send: async () => {} })).rejects.toMatchObject({
    code: 'EDDY_SCENARIO',
    message: expect.stringContaining('Two components are called "db"'),
  });
});
