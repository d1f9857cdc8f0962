import net from 'node:net';
import { expect, test } from 'vitest';
import { converse, eventsOf, talking } from './client.fixture.ts';
import { echo } from './echo.fixture.ts';

/** Both ends of a client that says these words at these seconds, and whether each fault took effect. */
async function seenBy(
  faults: readonly string[],
  words: readonly (readonly [second: number, word: string])[],
): Promise<{ client: readonly string[]; server: readonly string[]; faults: readonly boolean[] }> {
  const host = echo('echo');
  let events: string[] = [];
  const client = talking(host, (at) => {
    const socket = net.connect(at);
    events = eventsOf(socket, true);
    for (const [second, word] of words) setTimeout(() => socket.write(word), second * 1000);
  });
  const record = await converse([client], faults);
  return { client: events, server: host.heard, faults: record.faults.map(({ tookEffect }) => tookEffect) };
}

const words = [
  [0.5, 'one'],
  [2, 'two'],
  [3, 'three'],
] as const;

test('what is sent while the network is cut comes when the cut is over', async () => {
  const { client, server, faults } = await seenBy(['network between client and echo is cut from 1 s to 20 s'], words);
  expect(server).toEqual(['0 s: one', '20 s: two', '20 s: three']);
  expect(client).toEqual(['0 s: connect', '0 s: data one', '20 s: data twothree']);
  expect(faults).toEqual([true]);
});

test('one way: what goes there waits', async () => {
  const { client, server } = await seenBy(['network from client to echo is cut from 1 s to 20 s'], words);
  expect(server).toEqual(['0 s: one', '20 s: two', '20 s: three']);
  expect(client.at(-1)).toBe('20 s: data twothree');
});

test('one way: what comes back waits', async () => {
  const { client, server } = await seenBy(['network to client from echo is cut from 1 s to 20 s'], words);
  expect(server).toEqual(['0 s: one', '2 s: two', '3 s: three']);
  expect(client.at(-1)).toBe('20 s: data twothree');
});

test('a cut of another service or instance, or while nobody sends, has no effect', async () => {
  const { client, faults } = await seenBy(
    [
      'network between client/1 and echo is cut from 1 s to 20 s',
      'network between other and echo is cut from 1 s to 20 s',
      'network between client and other is cut from 1 s to 20 s',
      'network between client and echo is cut from 30 s to 40 s',
    ],
    words,
  );
  expect(client.at(-1)).toBe('3 s: data three');
  expect(faults).toEqual([false, false, false, false]);
});

test('after 60 s both ends give up what waits', async () => {
  const cut = 'network between client and echo is cut from 1 s to 90 s';
  const { client, server } = await seenBy([cut], words);
  expect(server).toEqual(['0 s: one', '61 s: (reset)']);
  expect(client.slice(2)).toEqual(['61 s: error ETIMEDOUT', '61 s: close, broken']);
  const idle = await seenBy([cut], [[0.5, 'one']]);
  expect(idle.client).toEqual(['0 s: connect', '0 s: data one']);
});

test.each([
  ['network between client and echo is cut from 0 s to 5 s', ['7 s: connect']],
  ['network to client from echo is cut from 0 s to 5 s', ['7 s: connect']],
  ['network from client to echo is cut from 0 s to 200 s', ['127 s: error ETIMEDOUT', '127 s: close, broken']],
])('who connects asks again, and gives up in the end: %s', async (cut, events) => {
  const { client, faults } = await seenBy([cut], []);
  expect(client).toEqual(events);
  expect(faults).toEqual([true]);
});

test('that a process has died behind a cut is heard when the cut is over', async () => {
  const host = echo('echo');
  const client = talking(host, (at) => {
    if (host.opened > 0) return;
    net.connect(at).write('hello');
    setTimeout(() => {
      throw new Error('crash');
    }, 2_000);
  });
  await converse([client], ['network between client and echo is cut from 1 s to 20 s']);
  expect(host.heard).toEqual(['0 s: hello', '20 s: (reset)']);
});
