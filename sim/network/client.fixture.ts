/** A service that talks to a host over a socket, for specs. */
import net from 'node:net';
import { currentContext } from '../kernel/context.ts';
import { EPOCH_MS } from '../kernel/world.ts';
import { type Service, service } from '../services/service.ts';
import type { RunRecord } from '../simulate.ts';
import { play } from '../world.fixture.ts';
import type { Echo, Host } from './echo.fixture.ts';

/**
 * Every event of a socket, in words. Data that come one after the other stand in one string, however they were cut.
 * @param when with the time, in whole seconds of the run; data of different seconds stand apart
 */
export function eventsOf(socket: net.Socket, when = false): string[] {
  const events: string[] = [];
  const at = (): string => (when ? `${Math.floor((Date.now() - EPOCH_MS) / 1000)} s: ` : '');
  const note = (event: string): void => void events.push(`${at()}${event}`);
  socket.on('connect', () => note('connect'));
  socket.on('data', (bytes: Buffer) => {
    const last = events.at(-1) ?? '';
    const isCut = last.startsWith(`${at()}data `);
    if (isCut) events[events.length - 1] = `${last}${bytes.toString()}`;
    else note(`data ${bytes.toString()}`);
  });
  socket.on('timeout', () => note('timeout'));
  socket.on('end', () => note('end'));
  socket.on('error', (error: NodeJS.ErrnoException) => note(`error ${error.code}`));
  socket.on('close', (hadError) => note(hadError ? 'close, broken' : 'close'));
  return events;
}

/** Who the running code works for. */
export function momentHere(): string | undefined {
  return currentContext()?.moment.printed;
}

export function talking(host: Echo, start: (at: Host) => void | Promise<void>, name = 'client'): Service {
  return service(name, { host }, ({ host: at }: { host: Host }) => start(at));
}

/** A run of services alone. */
export function converse(services: readonly Service[], faults: readonly string[] = [], seed = 1): Promise<RunRecord> {
  return play({ uses: {}, send: async () => {}, items: [], services, faults, seed });
}
