/**
 * node:net and node:tls: code inside a world that connects is given a socket of the run's network, also in a strict run. TLS is
 * agreed without a byte of it.
 *
 * Not caught: what a module took hold of before the guards came (`const { connect } = require('net')`). Classes that extend
 * `net.Socket` are refused when they connect.
 */
import net from 'node:net';
import tls from 'node:tls';
import { type Context, currentContext } from '../context.ts';
import type { RunSocket, Sockets } from '../sockets.ts';
import type { Patch } from './install.ts';
import { heardContext, uncontrolled } from './uses.ts';

type Call = (...args: unknown[]) => unknown;

const INSTEAD = 'use net.connect, net.Socket or tls.connect';

interface Here {
  readonly context: Context;
  readonly sockets: Sockets;
}

/** The network that answers a call of this function; `undefined`: it is none of a run's. */
function networkFor(api: string): Here | undefined {
  const context = heardContext('pool', api);
  if (!context) return undefined;
  const { sockets } = context.world;
  if (!sockets) throw uncontrolled(api, INSTEAD);
  return { context, sockets };
}

function optionsOf(args: readonly unknown[]): Record<string, unknown> {
  const found = args.find((arg) => typeof arg === 'object' && arg !== null);
  return (found ?? {}) as Record<string, unknown>;
}

function heardOf(args: readonly unknown[]): (() => void) | undefined {
  return args.findLast((arg) => typeof arg === 'function') as (() => void) | undefined;
}

function connectPatch(name: 'connect' | 'createConnection'): Patch {
  const real = net[name] as Call;
  const value = (...args: unknown[]): unknown => {
    const here = networkFor(`net.${name}`);
    return here ? here.sockets.make(here.context, optionsOf(args)).connect(...args) : real(...args);
  };
  return { on: net, name, value };
}

/** `tls.connect(options)`, `(port, host?, options?)`; with `socket` that one speaks TLS from here on. */
function securePatch(): Patch {
  const real = tls.connect as Call;
  const value = (...args: unknown[]): unknown => {
    const options = optionsOf(args);
    const { socket } = options;
    const here = networkFor('tls.connect');
    if (!here) return real(...args);
    if (socket !== undefined && !here.sockets.isOurs(socket))
      throw uncontrolled('tls.connect over a real socket', INSTEAD);
    const heard = heardOf(args);
    if (socket !== undefined) return (socket as RunSocket).secure(options, heard);
    const to = args.filter((arg) => typeof arg !== 'function');
    return here.sockets
      .make(here.context, options)
      .connect(...to)
      .secure(options, heard);
  };
  return { on: tls, name: 'connect', value };
}

/** `new net.Socket()` and `net.Socket()`. */
function socketPatches(): Patch[] {
  const real = net.Socket;
  const make = (args: readonly unknown[]): RunSocket | undefined => {
    const options = optionsOf(args);
    // Handles and descriptors are the machine's own: pipes, a child's output.
    if ('handle' in options || 'fd' in options) return undefined;
    const here = networkFor('net.Socket');
    return here?.sockets.make(here.context, options);
  };
  const value: typeof net.Socket = new Proxy(real, {
    construct(target, args: unknown[], newTarget): object {
      const made = newTarget === value ? make(args) : undefined;
      return made ?? (Reflect.construct(target, args, newTarget === value ? target : newTarget) as object);
    },
    apply(target, self, args) {
      return make(args) ?? Reflect.apply(target as unknown as Call, self, args);
    },
  });
  return [isOnePatch([real, value]), { on: net, name: 'Socket', value }, { on: net, name: 'Stream', value }];
}

/** Who asks whether something is a `net.Socket`, or `tls.TLSSocket`, gets yes for a socket of a run too. */
function isOnePatch(names: readonly unknown[]): Patch {
  const isInstance = Function.prototype[Symbol.hasInstance];
  const value = function isOne(this: unknown, socket: unknown): boolean {
    if (Reflect.apply(isInstance, this, [socket])) return true;
    const isAsked = names.includes(this) || (this === tls.TLSSocket && (socket as tls.TLSSocket).encrypted);
    return isAsked && currentContext()?.world.sockets?.isOurs(socket) === true;
  };
  return { on: net.Socket, name: Symbol.hasInstance, value };
}

/** A real socket that is to connect from inside a world. */
function realConnectPatch(): Patch {
  const real = net.Socket.prototype.connect as Call;
  const value = function connect(this: unknown, ...args: unknown[]): unknown {
    if (heardContext('pool', 'net.Socket.connect'))
      throw uncontrolled('connect of a class that extends net.Socket', INSTEAD);
    return Reflect.apply(real, this, args);
  };
  return { on: net.Socket.prototype, name: 'connect', value };
}

export function netPatches(): Patch[] {
  return [
    connectPatch('connect'),
    connectPatch('createConnection'),
    securePatch(),
    realConnectPatch(),
    ...socketPatches(),
  ];
}
