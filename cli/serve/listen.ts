/** Ports that are listened on. */
import { createServer, type Server, type Socket } from 'node:net';
import { usage } from '../usage.ts';

export interface Listening {
  readonly host: string;
  readonly port: number;
  /** Takes no more connections. */
  close(): void;
}

/**
 * @param accept gets every connection, none before all that is asked for is listened on: it may be given later than this call
 * @throws EddyError when the port cannot be had
 */
export async function listen(host: string, port: number, accept: (socket: Socket) => void): Promise<Listening> {
  const server = createServer(accept);
  await bound(server, host, port);
  const address = server.address();
  return {
    host,
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () => void server.close(),
  };
}

function bound(server: Server, host: string, port: number): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    // Also of later ones, such as too many open files: nobody is taken in then, and all goes on.
    server.on('error', (error: NodeJS.ErrnoException) => reject(usage(`${sayAddress(host, port)}: ${whyNot(error)}`)));
    server.listen({ host, port }, resolve);
  });
}

/** `127.0.0.1:5672`, `[::1]:5672` */
export function sayAddress(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function whyNot({ code }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'this port is in use; give another, or 0 for one that is free';
    case 'EACCES':
      return 'this port needs rights that you do not have; give one from 1024 on';
    case 'EADDRNOTAVAIL':
      return 'this machine has no such address; give one of its own, such as 127.0.0.1';
    default:
      return `it cannot be listened on (${code ?? 'unknown'}); give another port or address`;
  }
}
