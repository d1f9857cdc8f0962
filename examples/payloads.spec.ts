/** The page about payloads: its scenario, the payload of an AsyncAPI message, and events round it. */
import { CloudEvent } from 'cloudevents';
import { check } from 'eddy';
import { cloudEventMisses, cloudEvents, isCloudEvent } from 'eddy/cloudevents';
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

test('events round the payload of a message, and what is wrong with some', () => {
  const turned = fromJsonSchema<{ lamp: number; sentAt: string }>(asyncapi, {
    at: '#/components/messages/LampTurned/payload',
  });
  const envelope = {
    type: 'lamps.lamp.turned',
    source: '/lamps',
    subject: ({ lamp }: { lamp: number }) => `lamp-${lamp}`,
    time: ({ sentAt }: { sentAt: string }) => sentAt,
    dataschema: 'https://lamps.example/schemas/turned/1',
  };
  const events = cloudEvents(turned, envelope);
  const broken = cloudEventMisses(turned, envelope).map(({ payload }) => payload);
  fc.assert(fc.property(events, (event) => new CloudEvent(event).subject === `lamp-${event.data.lamp}`));
  const judged = fc.sample(broken, { numRuns: 100, seed: 1 }).map(isCloudEvent);
  expect(judged).toContain("it must have required property 'id'.");
});
