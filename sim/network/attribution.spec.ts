import net from 'node:net';
import { expect, test } from 'vitest';
import type { Moment } from '../kernel/context.ts';
import type { Process } from '../services/process.ts';
import { converse, momentHere, talking } from './client.fixture.ts';
import { echo } from './echo.fixture.ts';
import type { Wire } from './wire.ts';

/** The n-th delivery of a message to the client. */
function delivery({ simulation, service }: Process, message: string, nth = 1): Moment {
  return simulation.moment({ at: 'delivery', nth, lineage: message, service }, message, []);
}

/** How clients read: by `data`, as kafkajs and pg do, or by `readable`, as amqplib does. */
const readers: Readonly<Record<string, (socket: net.Socket, read: (bytes: Buffer) => void) => void>> = {
  data: (socket, read) => socket.on('data', read),
  readable: (socket, read) =>
    socket.on('readable', () => {
      for (let bytes = socket.read() as Buffer | null; bytes; bytes = socket.read() as Buffer | null) read(bytes);
    }),
};

/** What a client reads of what `serve` sends when it has connected, and for which moment; parts of one chunk as one. */
async function readBy(reader: string, serve: (wire: Wire) => void): Promise<readonly string[]> {
  const seen: [what: string, of: string | undefined][] = [];
  const host = echo('echo', {
    session: (wire) => {
      wire.process.simulation.world.after(10_000, () => serve(wire));
      return { receive: () => {} };
    },
  });
  const client = talking(host, (at) => {
    readers[reader]?.(net.connect(at), (bytes) => {
      const last = seen.at(-1);
      if (last && last[1] === momentHere()) last[0] += bytes.toString();
      else seen.push([bytes.toString(), momentHere()]);
    });
  });
  await converse([client]);
  return seen.map(([what, of]) => `${what} for ${of}`);
}

const kinds = Object.keys(readers);

test.each(kinds)('each chunk is read for its own moment, by %s', async (reader) => {
  const seen = await readBy(reader, (wire) => {
    const { process } = wire;
    wire.send(Buffer.from('hello'));
    for (const message of ['A#1', 'A#2', 'A#3']) {
      wire.deliver(() => ({ bytes: Buffer.from(`<${message}>`), moment: delivery(process, message) }));
    }
    wire.send(Buffer.from('said'), delivery(process, 'A#4'));
  });
  expect(seen).toEqual([
    'hello for work of client',
    '<A#1> for 1st delivery of A#1 to client',
    '<A#2> for 1st delivery of A#2 to client',
    '<A#3> for 1st delivery of A#3 to client',
    'said for 1st delivery of A#4 to client',
  ]);
});

test.each(kinds)(
  'an answer comes within the step, behind what is on its way, each for its own moment, by %s',
  async (by) => {
    let answeredUs = 0;
    let readUs: number[] = [];
    const seen = await readBy(by, (wire) => {
      const { process } = wire;
      const { world } = process.simulation;
      wire.send(Buffer.from('first'));
      wire.deliver(() => {
        readUs.push(world.nowUs);
        return { bytes: Buffer.from('second'), moment: delivery(process, 'A#1') };
      });
      world.after(1, () => {
        answeredUs = world.nowUs;
        process.enter(process.work, () => wire.answer(Buffer.from('third'), delivery(process, 'A#2')));
      });
    });
    expect(seen).toEqual([
      'first for work of client',
      'second for 1st delivery of A#1 to client',
      'third for 1st delivery of A#2 to client',
    ]);
    expect(readUs).toEqual([answeredUs]);
  },
);

test('what a handler writes is received for its moment, also what the stream had to keep', async () => {
  const host = echo('echo', {
    session: (wire) => {
      for (const message of ['A#1', 'A#2']) {
        wire.deliver(() => ({ bytes: Buffer.from(message), moment: delivery(wire.process, message) }));
      }
      return { receive: () => {} };
    },
  });
  const client = talking(host, (at) => {
    const socket = net.connect(at);
    let read = '';
    socket.write('start');
    socket.on('data', (bytes: Buffer) => {
      socket.cork();
      read += bytes.toString();
      // Whatever was cut is answered when it is whole.
      if (read.length % 3 === 0) socket.write(read.slice(-3));
    });
    setTimeout(() => {
      while (socket.writableCorked > 0) socket.uncork();
    }, 1_000);
  });
  await converse([client]);
  expect(host.heard.map((line) => line.replace(/.* s: /, ''))).toEqual(['start', 'A#1', 'A#2']);
  expect(host.writers).toEqual([
    '1st start of client',
    '1st delivery of A#1 to client',
    '1st delivery of A#2 to client',
  ]);
});

test('a delivery begins when it arrives: none to a process that is dead, or that stands still', async () => {
  const made: string[] = [];
  const host = echo('echo', {
    session: (wire) => {
      const { process } = wire;
      const deliver = (message: string): void =>
        wire.deliver(() => {
          made.push(`${message} at ${Math.floor(process.simulation.world.nowUs / 1_000_000)} s`);
          if (message === 'deadly') process.die('process', 'test', []);
          return { bytes: Buffer.from(message), moment: delivery(process, message) };
        });
      return {
        receive: () => {
          process.pause(5_000_000);
          for (const message of ['first', 'deadly', 'never']) deliver(message);
        },
      };
    },
  });
  const read: string[] = [];
  const client = talking(host, (at) => {
    if (host.opened > 0) return;
    const socket = net.connect(at);
    socket.on('data', (bytes: Buffer) => read.push(bytes.toString()));
    socket.write('go');
  });
  await converse([client]);
  expect(made).toEqual(['first at 5 s', 'deadly at 5 s']);
  expect(read.join('')).toBe('first');
});

test('what is answered in the midst of the client’s own call comes to it on a later step', async () => {
  const host = echo('echo', {
    session: (wire) => ({ receive: (bytes, moment) => wire.answer(Uint8Array.from(bytes), moment) }),
  });
  const order: string[] = [];
  const client = talking(host, (at) => {
    const socket = net.connect(at);
    socket.on('data', () => order.push('read'));
    socket.on('connect', () => {
      socket.write('x');
      order.push('written');
      process.nextTick(() => order.push('later'));
    });
  });
  await converse([client]);
  expect(order).toEqual(['written', 'later', 'read']);
});
