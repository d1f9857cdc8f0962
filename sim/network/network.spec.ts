import net from 'node:net';
import { expect, test } from 'vitest';
import { service } from '../services/service.ts';
import { play } from '../world.fixture.ts';
import { echo, type Host } from './echo.fixture.ts';

/** Every event of a socket; data that come one after the other in one string, however they were cut. */
function listening(socket: net.Socket): string[] {
  const events: string[] = [];
  socket.on('connect', () => events.push('connect'));
  socket.on('data', (bytes: Buffer) => {
    const last = events.at(-1) ?? '';
    if (last.startsWith('data ')) events.pop();
    events.push(`${last.startsWith('data ') ? last : 'data '}${bytes.toString()}`);
  });
  socket.on('end', () => events.push('end'));
  socket.on('error', (error: NodeJS.ErrnoException) => events.push(`error ${error.code}`));
  socket.on('close', (hadError) => events.push(`close ${hadError}`));
  return events;
}

test('what is written comes back', async () => {
  const host = echo('echo');
  let events: string[] = [];
  const client = service('client', { host }, ({ host: at }: { host: Host }) => {
    const socket = net.connect(at.port, at.host);
    events = listening(socket);
    socket.write('one');
    socket.end('two');
  });
  await play({ uses: {}, send: async () => {}, services: [client] });
  expect(events).toEqual(['connect', 'data onetwo', 'end', 'close false']);
  expect(host.heard).toEqual(['one of 1st start of client', 'two of 1st start of client', 'ended']);
});
