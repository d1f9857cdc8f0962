import { expect, test } from 'vitest';
import { readHosts, readPort, readPorts } from './options.ts';

test('ports are whole numbers up to 65535', () => {
  expect(readPort('--amqp', '0')).toBe(0);
  expect(readPort('--amqp', '65535')).toBe(65_535);
  for (const text of ['65536', '-1', '', 'amqp', '1.5', '0x10', ' 1'])
    expect(() => readPort('--amqp', text)).toThrow(/^--amqp .*: give a port from 0 to 65535/);
});

test('a node has a port of its own', () => {
  expect(readPorts('--kafka', '9092, 9095,0,0')).toEqual([9092, 9095, 0, 0]);
  expect(() => readPorts('--kafka', '9092,9092')).toThrow(/cannot share a port/);
  expect(() => readPorts('--kafka', '9092,')).toThrow(/give a port/);
  expect(() => readPorts('--kafka', Array.from({ length: 10 }, () => '0').join(','))).toThrow(/no more than 9 nodes/);
});

const addresses = async (text: string, expose = false): Promise<string[]> =>
  (await readHosts(text, expose)).map(({ address }) => address);

test('only loopback is listened on, unless told', async () => {
  expect(await addresses('127.0.0.1')).toEqual(['127.0.0.1']);
  expect(await addresses('127.1.2.3,::1, ::1')).toEqual(['127.1.2.3', '::1']);
  expect(await readHosts('localhost', false)).toContainEqual({ name: 'localhost', address: '127.0.0.1' });
  for (const text of ['0.0.0.0', '::', '192.0.2.2', '127.0.0.1,0.0.0.0', '::ffff:192.0.2.2'])
    await expect(readHosts(text, false)).rejects.toThrow(/is not loopback.*--expose/);
  expect(await addresses('0.0.0.0', true)).toEqual(['0.0.0.0']);
});

test('what is no address is said', async () => {
  for (const text of ['', 'no.such.host.invalid', '127.0.0.1,'])
    await expect(readHosts(text, true)).rejects.toThrow(/is no address of this machine/);
});
