/** Bytes to frames, methods, tables and properties, and back. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Field, Table } from '../../../brokers/queue/topology/table.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { readTable, writeTable } from './fields.ts';
import { bodyFrames, FRAME, frame, FrameReader, HEARTBEAT_FRAME } from './frames.ts';
import { readMethod, writeMethod } from './method.ts';
import { type ArgumentType, METHODS, type MethodName, methodOf } from './methods.ts';
import { type Properties, readHeader, writeHeader } from './properties.ts';
import { EddyError } from '../../../errors.ts';

const text = (maxLength = 40): fc.Arbitrary<string> =>
  fc.string({ unit: 'grapheme', maxLength }).filter((each) => Buffer.byteLength(each) <= 255);
const int = (bits: number, signed: boolean): fc.Arbitrary<number> =>
  fc.integer(signed ? { min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 } : { min: 0, max: 2 ** bits - 1 });
const safe = (value: bigint): number | bigint => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
const i64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(safe);
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(safe);

const { table } = fc.letrec<{ table: Table; field: Field }>((tie) => ({
  table: fc.dictionary(text(), tie('field'), { maxKeys: 4 }),
  field: fc.oneof(
    { maxDepth: 3 },
    ...(
      [
        ['bool', fc.boolean()],
        ['byte', int(8, true)],
        ['unsignedbyte', int(8, false)],
        ['short', int(16, true)],
        ['unsignedshort', int(16, false)],
        ['signedint', int(32, true)],
        ['unsignedint', int(32, false)],
        ['long', i64],
        ['float', fc.float()],
        ['double', fc.double()],
        ['decimal', fc.record({ scale: int(8, false), unscaled: int(32, true) })],
        ['longstr', text()],
        ['binary', fc.uint8Array()],
        ['timestamp', u64],
        ['void', fc.constant(null)],
        ['array', fc.array(tie('field'), { maxLength: 3 })],
        ['table', tie('table')],
      ] as const
    ).map(([type, value]) => (value as fc.Arbitrary<unknown>).map((v): Field => ({ type, value: v }))),
  ),
}));

const VALUES: Record<ArgumentType, fc.Arbitrary<unknown>> = {
  octet: int(8, false),
  short: int(16, false),
  long: int(32, false),
  longlong: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  shortstr: text(),
  longstr: fc.uint8Array(),
  bit: fc.boolean(),
  table,
};

function codeOf(act: () => unknown): string {
  try {
    act();
    return 'none';
  } catch (error) {
    return error instanceof EddyError ? error.code.slice('EDDY_'.length) : `thrown: ${String(error)}`;
  }
}

describe('round trips', () => {
  test('a table keeps every value with its type', () => {
    fc.assert(
      fc.property(table, (given) => {
        const writer = new ByteWriter();
        writeTable(writer, given);
        expect(plainly(readTable(new ByteReader(writer.done())))).toEqual(plainly(given));
      }),
    );
  });

  test.each(Object.keys(METHODS) as MethodName[])('%s', (name) => {
    const args = Object.entries(METHODS[name].args).map(([key, type]) => [key, VALUES[type as ArgumentType]] as const);
    fc.assert(
      fc.property(fc.record(Object.fromEntries(args)), (given) => {
        const read = readMethod(writeMethod(name, given as never));
        expect(read.name).toBe(name);
        expect(plainly(read.args)).toEqual(plainly(given));
      }),
      { numRuns: 20 },
    );
  });

  test('content headers, with any of the properties', () => {
    const properties = fc.record(
      {
        contentType: text(),
        contentEncoding: text(),
        headers: table,
        deliveryMode: int(8, false),
        priority: int(8, false),
        correlationId: text(),
        replyTo: text(),
        expiration: text(),
        messageId: text(),
        timestamp: u64,
        type: text(),
        userId: text(),
        appId: text(),
        clusterId: text(),
      },
      { requiredKeys: [] },
    ) as fc.Arbitrary<Properties>;
    fc.assert(
      fc.property(properties, fc.nat(), (given, bodySize) => {
        const read = readHeader(writeHeader({ bodySize, properties: given }));
        expect(plainly(read)).toEqual(plainly({ bodySize, properties: given }));
      }),
    );
  });

  test('frames, in whatever pieces they come', () => {
    const frames = fc.array(
      fc.record({ type: fc.constantFrom(1, 2, 3, 8), channel: int(16, false), payload: fc.uint8Array() }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (given, cuts) => {
        const bytes = Buffer.concat(given.map(({ type, channel, payload }) => frame(type, channel, payload)));
        const reader = new FrameReader();
        const read = [];
        for (let at = 0, n = 0; at < bytes.length; n++) {
          const size = cuts[n % cuts.length] as number;
          reader.add(bytes.subarray(at, at + size));
          at += size;
          for (let next = reader.next(); next; next = reader.next()) read.push(next);
        }
        expect(plainly(read)).toEqual(plainly(given));
      }),
    );
  });

  test('a body is cut into frames of no more than the size agreed on', () => {
    const body = Buffer.alloc(10_000, 'x');
    const frames = bodyFrames(3, body, 4096);
    expect(frames.map(({ length }) => length)).toEqual([4096, 4096, 10_000 - 2 * 4088 + 8]);
    expect(bodyFrames(3, body, 0)).toHaveLength(1);
    expect(bodyFrames(3, Buffer.alloc(0), 4096)).toEqual([]);
  });
});

describe('what RabbitMQ and its clients write', () => {
  test('a method of fixed bytes: bits share an octet', () => {
    const bytes = writeMethod('queue.declare', { queue: 'q', durable: true, autoDelete: true });
    expect(bytes.toString('hex')).toBe(['0032000a', '0000', '0171', '0a', '00000000'].join(''));
  });

  test('a heartbeat', () => {
    expect(HEARTBEAT_FRAME.toString('hex')).toBe('08000000000000ce');
  });

  test('ids are unique', () => {
    for (const [name, { id }] of Object.entries(METHODS)) expect(methodOf(id[0], id[1])).toBe(name);
  });

  test('both letters of a 64-bit integer are read', () => {
    const bytes = Buffer.from('00000016016c6c0000000000000005014c4c0000000000000006', 'hex');
    expect(readTable(new ByteReader(bytes))).toEqual({
      l: { type: 'long', value: 5 },
      L: { type: 'long', value: 6 },
    });
  });

  test('a text that is no UTF-8 goes out as it came', () => {
    const bytes = Buffer.from('0000000801615300000001ff', 'hex');
    const writer = new ByteWriter();
    writeTable(writer, readTable(new ByteReader(bytes)));
    expect(writer.done().toString('hex')).toBe(bytes.toString('hex'));
  });
});

describe('what is malformed', () => {
  test.each([
    ['a frame that does not end where it should', Buffer.from('0100000000000000', 'hex'), 'FRAME_ERROR'],
    ['a frame that is too large', Buffer.from('01000000010000', 'hex'), 'FRAME_ERROR'],
  ])('%s', (_, bytes, code) => {
    const reader = new FrameReader();
    reader.frameMax = 4096;
    reader.add(bytes);
    expect(codeOf(() => reader.next())).toBe(code);
  });

  test.each([
    ['an unknown method', '00630001', 'COMMAND_INVALID'],
    ['a method that ends too early', '0032000a0000', 'SYNTAX_ERROR'],
    ['half a method id', '0032', 'SYNTAX_ERROR'],
    ['a field of an unknown type', '0014000a', 'SYNTAX_ERROR'],
  ])('%s', (_, hex, code) => {
    expect(codeOf(() => readMethod(Buffer.from(hex, 'hex')))).toBe(code);
  });

  test('an unknown type in a table', () => {
    expect(codeOf(() => readTable(new ByteReader(Buffer.from('00000003016121', 'hex'))))).toBe('SYNTAX_ERROR');
  });

  test('tables within tables without end', () => {
    let inner = Buffer.alloc(0);
    for (let n = 0; n < 100; n++) {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(inner.length);
      inner = Buffer.concat([Buffer.from('0161', 'hex'), Buffer.from('F'), length, inner]);
    }
    const length = Buffer.alloc(4);
    length.writeUInt32BE(inner.length);
    expect(codeOf(() => readTable(new ByteReader(Buffer.concat([length, inner]))))).toBe('SYNTAX_ERROR');
  });

  test('arbitrary bytes are read, or are a protocol error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const codes = [
          codeOf(() => readMethod(bytes)),
          codeOf(() => readHeader(bytes)),
          codeOf(() => readTable(new ByteReader(bytes))),
        ];
        expect(codes.filter((code) => code.startsWith('thrown'))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('frame types are the four of the protocol', () => {
    expect(Object.values(FRAME)).toEqual([1, 2, 3, 8]);
  });
});

/** Bytes of either kind compare as lists. */
function plainly(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(plainly);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plainly(each)]));
}
