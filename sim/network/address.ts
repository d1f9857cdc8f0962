/** Made-up addresses: each name has one for ever, in 10.0.0.0/8. */
import { hashText } from '../kernel/random.ts';

export function addressOf(name: string): string {
  const hash = hashText(name);
  return `10.${(hash >>> 24) & 0xff}.${(hash >>> 16) & 0xff}.${1 + ((hash & 0xff) % 254)}`;
}

/** Names of this machine itself. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
