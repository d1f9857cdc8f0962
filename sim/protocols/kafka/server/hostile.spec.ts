/** What a client asks that no sensible one would: it is answered, or its connection ends, and the brokers go on. */
import net from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Component, makeable } from '../../../component.ts';
import { service } from '../../../services/service.ts';
import type { RunRecord } from '../../../simulate.ts';
import { entriesOf, play } from '../../../world.fixture.ts';
import { type Api, formOf } from '../api.ts';
import { APIS } from '../apis.ts';
import { readResponse, writeRequest } from '../client.ts';
import { errorCode } from '../error-codes.ts';
import { FrameReader } from '../frames.ts';
import { createTopics } from '../messages/create-topics.ts';
import { createPartitions } from '../messages/topic-admin.ts';
import { type Form, isThere, type Type } from '../schema/types.ts';
import { KafkaRuntime } from './runtime.ts';

interface Asked {
  readonly api: Api<unknown, unknown>;
  readonly version: number;
  readonly body: unknown;
}

const log: Component<{ readonly name: string }> = makeable({ name: 'log' }, (simulation) => {
  const shape = { topics: { work: { partitions: 2 } } };
  return new KafkaRuntime('log', shape, simulation, () => ({ name: 'log' }));
});

const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** One run in which a client asks all this, each on a connection of its own; most stay open. */
async function asking(all: readonly Asked[]): Promise<{ record: RunRecord; answers: readonly unknown[] }> {
  const answers: unknown[] = [];
  const client = service('client', { log }, async () => {
    for (const [n, { api, version, body }] of all.entries()) {
      const socket = net.connect(9092 + (n % 3), 'log');
      const header = { apiKey: api.key, apiVersion: version, correlationId: n, clientId: 'client' };
      socket.on('error', () => {});
      const frames = new FrameReader();
      socket.on('data', (bytes: Buffer) => {
        for (const frame of frames.push(bytes).frames) {
          const read = readResponse(api, version, frame);
          answers[n] = 'value' in read ? (read.value as { body: unknown }).body : read;
        }
      });
      socket.write(writeRequest(api, header, body));
      await sleep(30);
      if (n % 4 === 3) socket.destroy();
    }
  });
  return { record: await play({ uses: {}, send: async () => {}, services: [client] }), answers };
}

const NAMES = [
  'work',
  'work',
  'group',
  '',
  '__proto__',
  'constructor',
  '..',
  'x'.repeat(300),
  '\0',
  'range',
  'nowhere',
];
const NUMBERS = [0, 0, 1, 1, 2, 3, -1, -2, 5];
const whole = (...ends: readonly number[]): fc.Arbitrary<number> => fc.constantFrom(...NUMBERS, ...ends);

function hostile(type: Type<unknown>, form: Form): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'boolean':
      return fc.boolean();
    case 'int8':
      return whole(127, -128);
    case 'int16':
      return whole(32_767, -32_768);
    case 'int32':
      return whole(2_147_483_647, -2_147_483_648, 30_000);
    case 'int64':
      return whole(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER);
    case 'string':
      return fc.constantFrom(...NAMES);
    case 'bytes':
      return fc.uint8Array({ maxLength: 90 }).map((bytes) => Buffer.from(bytes));
    case 'array':
      return fc.array(hostile(type.of, form), { maxLength: 3 });
    case 'nullable':
      return form.version >= type.from
        ? fc.option(hostile(type.of, form), { nil: null, freq: 6 })
        : hostile(type.of, form);
    case 'struct': {
      const fields = type.fields.map(
        (field) => [field.name, isThere(field, form) ? hostile(field.type, form) : fc.constant(field.absent)] as const,
      );
      return fc.record(Object.fromEntries(fields));
    }
  }
}

const every = APIS.flatMap((api) =>
  Array.from({ length: api.versions.max - api.versions.min + 1 }, (_, n) => ({ api, version: api.versions.min + n })),
);
const asked: fc.Arbitrary<Asked> = fc
  .constantFrom(...every)
  .chain(({ api, version }) => hostile(api.request, formOf(api, version)).map((body) => ({ api, version, body })));

test.each([1, 2, 3, 4, 5])('requests of any kind with values of no sense (seed %i)', async (seed) => {
  const { record } = await asking(fc.sample(asked, { numRuns: 40, seed }));
  expect(entriesOf(record, 'crashed')).toEqual([]);
});

const topic = { name: 'new', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] };
const made = (o: Partial<typeof topic> | object): Asked => ({
  api: createTopics as Api<unknown, unknown>,
  version: 4,
  body: { topics: [{ ...topic, ...o }], timeoutMs: 1000, validateOnly: false },
});

test.each([
  ['a setting that every object has', made({ configs: [{ name: 'constructor', value: '1' }] }), 'INVALID_CONFIG'],
  ['partitions without number', made({ numPartitions: 2_147_483_647 }), 'POLICY_VIOLATION'],
] as const)('%s is refused', async (_, request, error) => {
  const { record, answers } = await asking([request, made({})]);
  expect(answers).toMatchObject([{ topics: [{ errorCode: errorCode(error) }] }, { topics: [{ errorCode: 0 }] }]);
  expect(record.outcome).toBe('quiet');
});

test('a topic that is to grow without measure is refused', async () => {
  const body = {
    topics: [{ name: 'work', count: 2_147_483_647, assignments: null }],
    timeoutMs: 1,
    validateOnly: false,
  };
  const { answers } = await asking([{ api: createPartitions as Api<unknown, unknown>, version: 1, body }]);
  expect(answers).toMatchObject([{ results: [{ errorCode: errorCode('POLICY_VIOLATION') }] }]);
});
