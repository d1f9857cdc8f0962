/** dns.lookup inside a world: hosts of the run have made-up addresses, others are not found. */
import dns from 'node:dns';
import { isIP } from 'node:net';
import type { Patch } from './install.ts';
import { heardContext } from './uses.ts';

interface Address {
  readonly address: string;
  readonly family: number;
}

type Heard = (error: Error | null, address?: string | Address[], family?: number) => void;

/** @throws ENOTFOUND as Node raises it */
function find(host: string, lookup: ((host: string) => string | undefined) | undefined): Address {
  const family = isIP(host);
  const address = family === 0 ? lookup?.(host) : host;
  if (address !== undefined) return { address, family: family === 0 ? 4 : family };
  const error = new Error(`getaddrinfo ENOTFOUND ${host}`);
  throw Object.assign(error, { errno: -3008, code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: host });
}

const wantsAll = (options: unknown): boolean => (options as { all?: boolean } | undefined)?.all === true;

export function dnsPatches(): Patch[] {
  const real = dns.lookup as (...args: unknown[]) => void;
  const realPromised = dns.promises.lookup as (...args: unknown[]) => Promise<unknown>;
  const promised = async (host: string, options?: unknown): Promise<unknown> => {
    const context = heardContext('pool', 'dns.promises.lookup');
    if (!context) return realPromised(host, options);
    const found = find(host, context.world.sockets?.lookup);
    return wantsAll(options) ? [found] : found;
  };
  const lookup = (host: string, ...rest: unknown[]): void => {
    const context = heardContext('pool', 'dns.lookup');
    if (!context) {
      real(host, ...rest);
      return;
    }
    const heard = rest.at(-1) as Heard;
    process.nextTick(() => {
      let found: Address;
      try {
        found = find(host, context.world.sockets?.lookup);
      } catch (error) {
        heard(error as Error);
        return;
      }
      if (wantsAll(rest[0])) heard(null, [found]);
      else heard(null, found.address, found.family);
    });
  };
  return [
    { on: dns, name: 'lookup', value: lookup },
    { on: dns.promises, name: 'lookup', value: promised },
  ];
}
