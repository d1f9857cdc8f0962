/** What a client is answered that does not keep to the protocol; the world goes on. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { service } from '../../services/service.ts';
import { play } from '../../world.fixture.ts';
import { FRAME, frame } from './codec/frames.ts';
import { writeMethod } from './codec/method.ts';
import { METHODS, type MethodName } from './codec/methods.ts';
import { writeHeader } from './codec/properties.ts';
import { broker, OPENED, raw, RawClient, sleep } from './raw.fixture.ts';

const HEADER = Buffer.from('AMQP\0\0\x09\x01', 'latin1');
const PUBLISH = writeMethod('basic.publish', { routingKey: 'work' });
const NOTHING = Buffer.alloc(0);

/** What is heard behind the handshake. */
async function heardOpen(act: (client: RawClient) => unknown): Promise<readonly string[]> {
  const { client } = await raw(async (client) => {
    client.open();
    await act(client);
  });
  expect(client.heard.slice(0, 3)).toEqual(OPENED);
  return client.heard.slice(3);
}

describe('the handshake', () => {
  test('may be sent at once', async () => {
    const { client, record } = await raw((client) => client.open());
    expect(client.heard).toEqual(OPENED);
    expect(record.outcome).toBe('quiet');
  });

  test.each(['AMQP\x01\x01\x00\x0a', 'GET / HTTP/1.1\r\n', 'AMQP\0\0\x09\x02'])(
    'with the header %j is answered with the right one, and a close',
    async (header) => {
      const { client } = await raw((client) => client.write(Buffer.from(header, 'latin1')));
      expect(client.rest).toEqual([...HEADER]);
      expect(client.isClosed).toBe(true);
    },
  );

  test('lets in by AMQPLAIN', async () => {
    const fields = Buffer.from('\x05LOGINS\0\0\0\x05guest\x08PASSWORDS\0\0\0\x01x', 'latin1');
    const { client } = await raw((client) => client.open(fields.toString('latin1'), '/', 'AMQPLAIN'));
    expect(client.heard).toEqual(OPENED);
  });

  test.each([
    ['a stranger', '\0mallory\0x', '/', 'PLAIN', '403 ACCESS_REFUSED - Login was refused using authentication'],
    ['another virtual host', '\0guest\0x', 'other', 'PLAIN', '530 NOT_ALLOWED - vhost other not found'],
    ['an unknown mechanism', '', '/', 'MAGIC', "503 COMMAND_INVALID - unknown authentication mechanism 'MAGIC'"],
    ['no password', 'guest', '/', 'PLAIN', '502 SYNTAX_ERROR'],
  ])('refuses %s', async (_, response, virtualHost, mechanism, text) => {
    const { client } = await raw((client) => client.open(response, virtualHost, mechanism));
    expect(client.heard.at(-1)).toContain(`connection.close ${text}`);
    expect(client.isClosed).toBe(true);
  });

  test('lets in whom it is told to', async () => {
    const access = { mayLogIn: (user: string, password: string) => user === 'me' && password === 'secret' };
    expect((await raw((client) => client.open('\0me\0secret'), access)).client.heard).toEqual(OPENED);
    expect((await raw((client) => client.open('\0me\0wrong'), access)).client.heard.at(-1)).toContain('403');
  });

  test.each([
    ['frame_max = 100 is lower than the minimum', { channelMax: 2047, frameMax: 100 }],
    ['frame_max = 0 is higher than the maximum', { channelMax: 2047, frameMax: 0 }],
    ['channel_max = 4000 is higher than the maximum', { channelMax: 4000, frameMax: 131_072 }],
  ])('refuses %s', async (text, args) => {
    const { client } = await raw(async (client) => {
      client.write(HEADER);
      client.method(0, 'connection.start-ok', { mechanism: 'PLAIN', response: Buffer.from('\0guest\0x') });
      client.method(0, 'connection.tune-ok', args);
    });
    expect(client.heard.at(-1)).toContain(`530 NOT_ALLOWED - negotiated ${text}`);
  });

  test('goes by its order', async () => {
    const { client } = await raw((client) => {
      client.write(HEADER);
      client.method(0, 'connection.open', { virtualHost: '/' });
    });
    expect(client.heard.at(-1)).toContain('504 CHANNEL_ERROR - unexpected method in connection state starting');
  });
});

describe('frames that do not keep to the protocol', () => {
  const method = (name: MethodName): Buffer => writeMethod(name, {});
  const open = frame(FRAME.method, 1, method('channel.open'));
  const cases: readonly (readonly [string, readonly Buffer[], string])[] = [
    ['a wrong end octet', [Buffer.from('0800000000000000', 'hex')], '501 FRAME_ERROR'],
    ['a frame that is too large', [Buffer.from('01000100ffffff', 'hex')], '501 FRAME_ERROR'],
    ['an unknown type of frame', [frame(7, 0, NOTHING)], '501 FRAME_ERROR'],
    ['an unknown type on a channel', [frame(7, 1, NOTHING)], '501 FRAME_ERROR'],
    ['arguments that end too early', [open, frame(1, 1, PUBLISH.subarray(0, 6))], '502 SYNTAX_ERROR'],
    ['an unknown method', [open, frame(1, 1, Buffer.from('00630001', 'hex'))], '503 COMMAND_INVALID'],
    ['a method of the broker', [open, frame(1, 1, method('basic.get-empty'))], '503 COMMAND_INVALID'],
    ['a method of the connection on a channel', [open, frame(1, 1, method('connection.open'))], '503 COMMAND_INVALID'],
    ['a method of a channel on the connection', [frame(1, 0, method('channel.open'))], '504 CHANNEL_ERROR'],
    [
      'a channel that is not open',
      [frame(1, 5, method('queue.declare'))],
      "504 CHANNEL_ERROR - expected 'channel.open'",
    ],
    ['a channel that is opened twice', [open, open], "504 CHANNEL_ERROR - second 'channel.open' seen"],
    ['a body without a method', [open, frame(3, 1, NOTHING)], '505 UNEXPECTED_FRAME - expected method frame'],
    [
      'a method where a header is due',
      [open, frame(1, 1, PUBLISH), open],
      '505 UNEXPECTED_FRAME - expected content header',
    ],
    [
      'a header of another class',
      [open, frame(1, 1, PUBLISH), frame(2, 1, Buffer.from('0055000000000000000000000000', 'hex'))],
      '505 UNEXPECTED_FRAME - expected content header for class 60, got one for class 85',
    ],
    [
      'a method where a body is due',
      [open, frame(1, 1, PUBLISH), frame(2, 1, writeHeader({ bodySize: 5, properties: {} })), open],
      '505 UNEXPECTED_FRAME - expected content body',
    ],
    [
      'a body that is too long',
      [open, frame(1, 1, PUBLISH), frame(2, 1, writeHeader({ bodySize: 1, properties: {} })), frame(3, 1, PUBLISH)],
      '505 UNEXPECTED_FRAME',
    ],
    ['a heartbeat on a channel', [open, frame(8, 1, NOTHING)], '505 UNEXPECTED_FRAME'],
    ['a flow that is stopped', [open, frame(1, 1, method('channel.flow'))], '540 NOT_IMPLEMENTED - active=false'],
    [
      'a prefetch in bytes',
      [open, frame(1, 1, writeMethod('basic.qos', { prefetchSize: 10 }))],
      '540 NOT_IMPLEMENTED - prefetch_size!=0 (10)',
    ],
    [
      'an immediate publish',
      [
        open,
        frame(1, 1, writeMethod('basic.publish', { routingKey: 'work', immediate: true })),
        frame(2, 1, writeHeader({ bodySize: 0, properties: {} })),
      ],
      '540 NOT_IMPLEMENTED - immediate=true',
    ],
  ];

  test.each(cases)('%s', async (_, frames, text) => {
    const heard = await heardOpen(async (client) => {
      for (const bytes of frames) client.write(bytes);
      await sleep(100);
      client.method(0, 'connection.close-ok');
    });
    expect(heard.at(-1)).toContain(`connection.close ${text}`);
    expect(heard.filter((each) => each.startsWith('connection.close'))).toHaveLength(1);
  });

  test('a message that is too large closes the channel alone', async () => {
    const heard = await heardOpen(async (client) => {
      client.method(1, 'channel.open');
      client.write(frame(1, 1, PUBLISH));
      client.write(frame(2, 1, writeHeader({ bodySize: 17_000_000, properties: {} })));
      for (let left = 17_000_000; left > 0; left -= 131_064) {
        client.write(frame(3, 1, Buffer.alloc(Math.min(left, 131_064))));
      }
    });
    expect(heard.at(-1)).toContain('channel.close 406 PRECONDITION_FAILED - message size 17000000 is larger');
  });

  test('more channels than agreed on', async () => {
    const heard = await heardOpen((client) => {
      for (let n = 1; n <= 2048; n++) client.method(n, 'channel.open');
    });
    expect(heard.at(-1)).toContain('530 NOT_ALLOWED - number of channels opened (2047) has reached');
  });

  test('what was sent before still takes effect', async () => {
    const { record } = await raw(async (client) => {
      client.open();
      client.write(open);
      client.write(frame(1, 1, PUBLISH));
      client.write(frame(2, 1, writeHeader({ bodySize: 0, properties: {} })));
      client.write(frame(7, 0, NOTHING));
    });
    expect(record.entries.filter(({ kind }) => kind === 'published')).toHaveLength(1);
  });
});

describe('a client that goes without a word', () => {
  async function published(go: (client: RawClient) => void): Promise<number> {
    const { record } = await raw(async (client) => {
      client.open();
      client.method(1, 'channel.open');
      await sleep(20);
      for (let n = 0; n < 10; n++) {
        client.write(frame(1, 1, PUBLISH));
        client.write(frame(2, 1, writeHeader({ bodySize: 0, properties: {} })));
      }
      go(client);
    });
    expect(record.outcome).toBe('quiet');
    return record.entries.filter(({ kind }) => kind === 'published').length;
  }

  test('in order has sent what it sent', async () => {
    expect(await published((client) => client.end())).toBe(10);
  });

  test('by dying loses what was on its way', async () => {
    const mq = broker();
    const client = service('client', { mq }, async () => {
      const raw = new RawClient();
      raw.open();
      raw.method(1, 'channel.open');
      await sleep(20);
      raw.write(frame(1, 1, PUBLISH));
      raw.write(frame(2, 1, writeHeader({ bodySize: 0, properties: {} })));
      await sleep(60_000);
    });
    const faults = ['work of client: crash before publish of work to mq'];
    const record = await play({ uses: {}, send: async () => {}, services: [client], faults });
    expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true]);
    expect(record.entries.filter(({ kind }) => kind === 'published')).toHaveLength(1);
  });
});

describe('heartbeats', () => {
  test('are answered', async () => {
    expect(await heardOpen((client) => client.write(frame(8, 0, NOTHING)))).toEqual(['heartbeat']);
  });
});

describe('a client that writes anything', () => {
  /** All of them in one run, each over a connection of its own; then one that behaves. */
  async function survives(inputs: readonly (readonly Uint8Array[])[]): Promise<void> {
    const mq = broker();
    let last: RawClient | undefined;
    const client = service('client', { mq }, async () => {
      for (const input of inputs) {
        const raw = new RawClient();
        for (const bytes of input) raw.write(bytes);
        await sleep(20);
        raw.destroy();
      }
      last = new RawClient();
      last.open();
      await sleep(20);
    });
    const record = await play({ uses: {}, send: async () => {}, services: [client] });
    expect(record.why).toEqual([]);
    expect(last?.heard).toEqual(OPENED);
    expect(record.entries.filter(({ kind }) => kind === 'crashed')).toEqual([]);
    expect(record.outcome).toBe('quiet');
  }

  test('arbitrary bytes, before and after the handshake', async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 60 });
    const behind = fc.array(bytes, { minLength: 1, maxLength: 3 });
    const samples = fc.sample(fc.tuple(fc.boolean(), behind), { numRuns: 200, seed: 1 });
    await survives(samples.map(([isOpen, all]) => [...(isOpen ? [handshake()] : [HEADER]), ...all]));
  });

  test('frames of any kind in any order', async () => {
    const names = Object.keys(METHODS) as MethodName[];
    const one = fc.oneof(
      fc.constantFrom(...names).map((name) => ({ type: 1, payload: writeMethod(name, {}) as Uint8Array })),
      fc.record({ type: fc.constantFrom(1, 2, 3, 8), payload: fc.uint8Array({ maxLength: 30 }) }),
      fc.constant({ type: 2, payload: writeHeader({ bodySize: 3, properties: { expiration: 'x' } }) as Uint8Array }),
      fc.constant({ type: 3, payload: Buffer.from('abc') as Uint8Array }),
    );
    const frames = fc.array(fc.tuple(fc.constantFrom(0, 1, 1, 1, 2), one), { minLength: 1, maxLength: 12 });
    const samples = fc.sample(frames, { numRuns: 300, seed: 2 });
    const opened = [handshake(), frame(1, 1, writeMethod('channel.open', {}))];
    await survives(
      samples.map((all) => [...opened, ...all.map(([channel, { type, payload }]) => frame(type, channel, payload))]),
    );
  });

  test('a session that was right but for one octet', async () => {
    const right = Buffer.concat([
      frame(1, 1, writeMethod('channel.open', {})),
      frame(1, 1, writeMethod('confirm.select', {})),
      frame(1, 1, writeMethod('basic.consume', { queue: 'work', arguments: { x: { type: 'longstr', value: 'y' } } })),
      frame(1, 1, PUBLISH),
      frame(
        2,
        1,
        writeHeader({ bodySize: 3, properties: { messageId: 'm', headers: { a: { type: 'byte', value: 1 } } } }),
      ),
      frame(3, 1, Buffer.from('abc')),
      frame(1, 1, writeMethod('basic.ack', { deliveryTag: 1 })),
    ]);
    const changes = fc.tuple(fc.nat(right.length - 1), fc.integer({ min: 0, max: 255 }));
    const samples = fc.sample(changes, { numRuns: 100, seed: 3 });
    await survives(
      samples.map(([at, octet]) => {
        const bytes = Buffer.from(right);
        bytes[at] = octet;
        return [handshake(), bytes];
      }),
    );
  });
});

function handshake(): Buffer {
  return Buffer.concat([
    HEADER,
    frame(1, 0, writeMethod('connection.start-ok', { mechanism: 'PLAIN', response: Buffer.from('\0guest\0x') })),
    frame(1, 0, writeMethod('connection.tune-ok', { channelMax: 2047, frameMax: 131_072, heartbeat: 60 })),
    frame(1, 0, writeMethod('connection.open', { virtualHost: '/' })),
  ]);
}
