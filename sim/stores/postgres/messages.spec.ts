/** What the one engine hears of the extended protocol, message by message. */
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { connected, hears, sending, synced } from './listening.fixture.ts';

test('a statement without a name is the connection’s own; that it was parsed once more is not told', async () => {
  const { heard, told } = await hears(async (tell) => {
    const [one, other] = [sending(await connected()), sending(await connected())];
    one.on('parseComplete', () => tell('parsed'));
    for (const [connection, sql] of [
      [one, 'SELECT 1'],
      [other, 'SELECT 2'],
    ] as const) {
      connection.parse({ text: sql });
      await synced(connection);
    }
    for (const connection of [one, other, one]) {
      connection.bind({});
      connection.execute({});
      await synced(connection);
    }
  });
  expect(heard).toEqual(['(SELECT 1)', '(SELECT 2)', '(SELECT 1)']);
  expect(told).toEqual(['parsed']);
});

test('a connection that goes amid what the server ignores has rolled back, too', async () => {
  const { heard } = await hears(async () => {
    const [one, other] = [await connected(), await connected()];
    const connection = sending(one);
    await one.query('BEGIN');
    connection.parse({ text: 'SELECT fails()' });
    connection.bind({});
    connection.execute({});
    connection.flush();
    await once(connection, 'errorMessage');
    connection.stream.destroy();
    await other.query('SELECT 2');
  });
  expect(heard).toEqual(['BEGIN', '(SELECT fails())', 'ROLLBACK', 'SELECT 2']);
});
