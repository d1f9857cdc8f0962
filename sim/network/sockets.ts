/** Sockets of a run, as the guards hand them out. */
import type { Context } from '../kernel/context.ts';
import type { RunSocket, Sockets } from '../kernel/sockets.ts';
import type { Process } from '../services/process.ts';
import type { Network } from './network.ts';
import { SimulatedSocket } from './socket.ts';

export function socketsOf(network: Network): Sockets {
  return {
    make: ({ actor }: Context, options) => new SimulatedSocket(network, actor as Process, options) as RunSocket,
    isOurs: (socket): socket is RunSocket => socket instanceof SimulatedSocket,
    lookup: (host) => network.lookup(host),
  };
}
