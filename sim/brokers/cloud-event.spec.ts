import { expect, test } from 'vitest';
import { attributeOf, isEnvelope } from './cloud-event.ts';
import { identifyBy } from './message.ts';

const none = { id: 'none', type: 'none' };
const event = { specversion: '1.0', id: 'e1', source: '/s', type: 'Paid', causationid: 'e0' };

test.each([
  ['Kafka’s headers', { ce_id: 'e1', ce_type: 'Paid', ce_causationid: 'e0' }, { id: 'x' }],
  ['AMQP’s headers', { 'cloudEvents:id': 'e1', 'cloudEvents:type': 'Paid', 'cloudEvents:causationid': 'e0' }, 'raw'],
  [
    'AMQP’s, as Java’s messages need them',
    { cloudEvents_id: 'e1', cloudEvents_type: 'Paid', cloudEvents_causationid: 'e0' },
    {},
  ],
  ['the JSON format', {}, event],
])('an event in %s is known by its attributes', (_, headers, body) => {
  expect(identifyBy(undefined, { headers, body }, none)).toEqual({ id: 'e1', type: 'Paid' });
  expect(attributeOf({ headers, body }, 'causationid')).toBe('e0');
});

test('headers go before the body, and attributes before the protocol’s own properties', () => {
  const headers = { messageId: 'm1', type: 'other', ce_id: 'e2', ce_type: 'Paid' };
  expect(identifyBy(undefined, { headers, body: event }, none)).toEqual({ id: 'e2', type: 'Paid' });
  expect(attributeOf({ headers: { ce_causationid: 'e9' }, body: event }, 'causationid')).toBe('e9');
});

test('without the four required attributes a body is no event', () => {
  expect(isEnvelope(event)).toBe(true);
  for (const name of ['specversion', 'id', 'source', 'type']) {
    expect(isEnvelope({ ...event, [name]: undefined })).toBe(false);
    expect(isEnvelope({ ...event, [name]: 1 })).toBe(false);
  }
  expect([isEnvelope(null), isEnvelope('event'), isEnvelope([event])]).toEqual([false, false, false]);
});
