/**
 * Servers of user code inside a world (a health check, an API beside the consumer) come up and close as anywhere, so that an entry
 * point runs as it is. They hold no port of the machine, and nobody reaches them: what a request would have led to is called
 * by the scenario.
 */
import net from 'node:net';
import type { Patch } from './install.ts';
import { heardContext } from './uses.ts';

type Heard = (error?: Error) => void;

const PORT_WHEN_ANY = 49_152;

/** The ports of servers that are up. */
const up = new WeakMap<net.Server, number>();

function portIn([first]: readonly unknown[]): number {
  const given = typeof first === 'object' && first !== null ? (first as { port?: unknown }).port : first;
  return Number(given) || PORT_WHEN_ANY;
}

function listen(this: net.Server, ...args: unknown[]): net.Server {
  up.set(this, portIn(args));
  const heard = args.findLast((arg) => typeof arg === 'function') as Heard | undefined;
  if (heard) this.once('listening', heard);
  // Node's servers of HTTP look after their connections from here on, by a timer of the machine.
  for (const own of this.listeners('listening'))
    if (own.name === 'setupConnectionsTracking') this.removeListener('listening', own as Heard);
  process.nextTick(() => this.emit('listening'));
  return this;
}

function close(this: net.Server, heard?: Heard): net.Server {
  up.delete(this);
  if (heard) this.once('close', heard);
  process.nextTick(() => this.emit('close'));
  return this;
}

export function serverPatches(): Patch[] {
  const on = net.Server.prototype;
  const real = { listen: on.listen, close: on.close, address: on.address };
  const isListening = Object.getOwnPropertyDescriptor(on, 'listening')?.get;
  return [
    {
      on,
      name: 'listen',
      value: function (this: net.Server, ...args: unknown[]): unknown {
        const here = heardContext('pool', 'net.Server.listen');
        return Reflect.apply(here ? listen : (real.listen as typeof listen), this, args);
      },
    },
    {
      on,
      name: 'close',
      value: function (this: net.Server, ...args: unknown[]): unknown {
        return Reflect.apply(up.has(this) ? close : (real.close as typeof close), this, args as [Heard?]);
      },
    },
    {
      on,
      name: 'address',
      value: function (this: net.Server): unknown {
        const port = up.get(this);
        return port === undefined ? Reflect.apply(real.address, this, []) : { address: '::', family: 'IPv6', port };
      },
    },
    {
      on,
      name: 'listening',
      get: function (this: net.Server): unknown {
        return up.has(this) || isListening?.call(this) === true;
      },
    },
  ];
}
