/** Reads what is typed after `eddy serve`. */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { usage } from '../usage.ts';

const PORT_MAX = 65_535;
const NODES_MAX = 9;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** 0 is any port that is free. */
export function readPort(option: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Infinity;
  if (port > PORT_MAX) throw usage(`${option} ${text}: give a port from 0 to ${PORT_MAX}; 0 takes one that is free`);
  return port;
}

/** One for each node of the cluster, in the order of the nodes. */
export function readPorts(option: string, text: string): readonly number[] {
  const ports = text.split(',').map((port) => readPort(option, port.trim()));
  const taken = ports.filter((port) => port !== 0);
  if (new Set(taken).size < taken.length) throw usage(`${option} ${text}: two nodes cannot share a port`);
  if (ports.length > NODES_MAX) throw usage(`${option} ${text}: give no more than ${NODES_MAX} nodes`);
  return ports;
}

/** Where to listen. */
export interface ListenAt {
  /** As it was typed: what clients are told. */
  readonly name: string;
  readonly address: string;
}

/** @throws EddyError for an address that others than this machine can reach, unless `expose` is given */
export async function readHosts(text: string, expose: boolean): Promise<readonly ListenAt[]> {
  const found = (await Promise.all(text.split(',').map((host) => addressesOf(host.trim(), text)))).flat();
  const open = found.find(({ address }) => !isLoopback(address))?.address;
  if (open !== undefined && !expose)
    throw usage(
      `--host ${text}: ${open} is not loopback, so that other machines could use these brokers, which nothing protects; give --expose if that is meant`,
    );
  return found.filter(({ address }, n) => found.findIndex((other) => other.address === address) === n);
}

export function isLoopback(address: string): boolean {
  return LOOPBACK.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

async function addressesOf(host: string, text: string): Promise<readonly ListenAt[]> {
  if (isIP(host) !== 0) return [{ name: host, address: host }];
  try {
    const found = host === '' ? [] : await lookup(host, { all: true });
    if (found.length > 0) return found.map(({ address }) => ({ name: host, address }));
  } catch {
    // Said below.
  }
  throw usage(`--host ${text}: "${host}" is no address of this machine; give one such as 127.0.0.1 or ::1`);
}
