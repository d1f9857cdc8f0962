import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { queueBroker } from './brokers/queue/component.ts';
import { frozenCopy, handedOut } from './history/freeze.ts';
import { DEPTH_MAX, readJson } from './json.ts';
import { service } from './services/service.ts';
import { play } from './world.fixture.ts';

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
const nestedData = (levels: number): unknown => JSON.parse(nested(levels));

describe('JSON that came over a border', () => {
  test('is what JSON.parse says, of any shape that is no deeper than it may be', () => {
    fc.assert(fc.property(fc.json(), (text) => void expect(readJson(text)).toEqual(JSON.parse(text))));
    expect(readJson(nested(DEPTH_MAX))).toEqual(nestedData(DEPTH_MAX));
    // Brackets within texts nest nothing.
    const text = JSON.stringify(`\\" ${'[{'.repeat(2 * DEPTH_MAX)} \\`);
    expect(readJson(text)).toBe(JSON.parse(text));
  });

  test.each([nested(DEPTH_MAX + 1), nested(100_000), `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`])(
    'is none where it is nested without measure (%#)',
    (text) => {
      expect(() => readJson(text)).toThrow(SyntaxError);
    },
  );

  test('a message that is nested so is one that cannot be parsed', async () => {
    const mq = queueBroker('mq', { queues: { work: {} } });
    const seen: boolean[] = [];
    const reader = service('reader', { mq }, ({ mq }) => {
      mq.consume('work').subscribe(({ message, ack }) => {
        seen.push(message.parsed);
        void ack();
      });
    });
    const record = await play({
      uses: { mq },
      send: (_, ports) => ports.mq.publish({ key: 'work' }, Buffer.from(nested(100_000))),
      services: [reader],
    });
    expect([record.outcome, seen]).toEqual(['quiet', [false]]);
  });
});

describe('data that is handed over', () => {
  test.each([frozenCopy, handedOut])('may be as deep, and no deeper (%#)', (copy) => {
    expect(copy(nestedData(DEPTH_MAX))).toEqual(nestedData(DEPTH_MAX));
    expect(() => copy(nestedData(DEPTH_MAX + 2))).toThrow('nested more than 1000 levels deep, or holds itself');
  });
});
