/** What the guards ask the network of a run for. */
import type { Duplex } from 'node:stream';
import type { Context } from './context.ts';

/** A socket of a run, in the place of a `net.Socket`. */
export interface RunSocket extends Duplex {
  connect(...args: unknown[]): this;
  /** It speaks TLS from here on; `heard` is called when that is agreed. */
  secure(options: object, heard?: () => void): this;
}

export interface Sockets {
  /** One that is not connected, of the process whose code asks. */
  make(context: Context, options: object): RunSocket;
  isOurs(socket: unknown): socket is RunSocket;
  /** The address of a host of the run. */
  lookup(host: string): string | undefined;
}
