/** The page about payloads: its scenario, and the payload of an AsyncAPI message. */
import { check } from 'eddy';
import { fromJsonSchema } from 'eddy/schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import intake from './payloads.scenario.ts';

const asyncapi = {
  asyncapi: '3.0.0',
  info: { title: 'Lamps', version: '1.0.0' },
  components: {
    messages: { LampTurned: { payload: { $ref: '#/components/schemas/lampTurned' } } },
    schemas: {
      lampTurned: {
        type: 'object',
        properties: {
          lamp: { type: 'integer', format: 'int32', minimum: 0 },
          sentAt: { $ref: '#/components/schemas/sentAt' },
        },
        required: ['lamp', 'sentAt'],
      },
      sentAt: { type: 'string', format: 'date-time', description: 'Date and time when the message was sent.' },
    },
  },
};

test('what validates its orders parks the broken ones', async () => {
  expect(await check(intake, { runs: 100 })).toMatchObject({ verdict: 'pass' });
});

test('what trusts them is caught', async () => {
  const result = await check(intake, { runs: 100, variant: 'trusting' });
  expect(result).toMatchObject({ verdict: 'fail', failures: [{ property: 'only valid orders are stored' }] });
});

test('a message of an AsyncAPI document', () => {
  const turned = fromJsonSchema<{ lamp: number; sentAt: string }>(asyncapi, {
    at: '#/components/messages/LampTurned/payload',
  });
  fc.assert(
    fc.property(turned, ({ lamp, sentAt }) => Number.isInteger(lamp) && new Date(sentAt).toISOString() === sentAt),
  );
});
