import { CloudEvent } from 'cloudevents';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { cloudEventMisses, cloudEvents, type EnvelopeOptions, isCloudEvent } from './cloudevents.ts';

// zod takes an object with a property too many, unless it is strict.
const Order = z.strictObject({ order: z.string().min(1), cents: z.int().min(1).max(1000) });
type Order = z.infer<typeof Order>;

const schema = z.toJSONSchema(Order);
const options: EnvelopeOptions<Order> = {
  type: 'shop.order.placed',
  source: '/shop',
  subject: ({ order }) => order,
  dataschema: 'https://shop.example/schemas/order/1',
  correlationid: fc.nat(9).map((n) => `c${n}`),
  causationid: 'e0',
  extensions: { priority: fc.nat(3), test: true },
};
const events = cloudEvents<Order>(schema, options);
const misses = cloudEventMisses<Order>(schema, options);
const FEW = { numRuns: 500, seed: 5 };

/** What a property that fails on what is looked for shrinks to. */
function smallest<T>(arbitrary: fc.Arbitrary<T>, isFound: (value: T) => boolean): T | undefined {
  const never = fc.property(arbitrary, (value) => !isFound(value));
  return fc.check(never, { seed: 7, numRuns: 2000 }).counterexample?.[0];
}

const least = {
  specversion: '1.0',
  datacontenttype: 'application/json',
  id: 'e0',
  time: '2026-01-01T00:00:00.000Z',
  type: 'shop.order.placed',
  source: '/shop',
  subject: ' ',
  dataschema: 'https://shop.example/schemas/order/1',
  correlationid: 'c0',
  causationid: 'e0',
  priority: 0,
  test: true,
  data: { order: ' ', cents: 1 },
};

describe('what is drawn', () => {
  test('is what the package takes and gives back', () => {
    fc.assert(
      fc.property(events, (event) => {
        expect(isCloudEvent(event)).toBe(true);
        expect(JSON.parse(JSON.stringify(new CloudEvent(event)))).toEqual(event);
        expect(Order.safeParse(event.data).success).toBe(true);
        expect(event.subject).toBe(event.data.order);
      }),
      FEW,
    );
  });
  test('is the same for the same seed, whatever the time is', () => {
    const [once, again] = [1, 1].map((seed) => fc.sample(events, { numRuns: 50, seed }));
    expect(once).toEqual(again);
    expect(new Set(once?.map(({ id }) => id)).size).toBeGreaterThan(40);
    expect(once?.every(({ time }) => time >= '2025-12-31T23:00:00.000Z' && time <= least.time)).toBe(true);
  });
  test('shrinks to the least event', () => {
    expect(smallest(events, () => true)).toEqual(least);
    expect(smallest(events, ({ data }) => data.cents >= 10)).toEqual({ ...least, data: { order: ' ', cents: 10 } });
  });
  test('may carry an arbitrary', () => {
    const plain = cloudEvents(fc.nat(5), { type: 't', source: '/s', id: (n) => `n${n}` });
    expect(smallest(plain, ({ data }) => data > 2)).toMatchObject({ id: 'n3', data: 3 });
  });
});

describe('near misses', () => {
  test('are no CloudEvents, or have data that is not valid', () => {
    fc.assert(
      fc.property(misses, ({ payload, wrong }) => {
        const isOfData = wrong.startsWith('/data ') || wrong.startsWith('/data/');
        if (!isOfData) expect(isCloudEvent(payload)).toBeTypeOf('string');
        else {
          expect(isCloudEvent(payload)).toBe(true);
          expect(Order.safeParse((payload as { data?: unknown }).data).success).toBe(false);
        }
      }),
      { ...FEW, numRuns: 3000 },
    );
  });
  test('are of every kind', () => {
    const all = new Set(fc.sample(misses, { numRuns: 3000, seed: 1 }).map(({ wrong }) => wrong));
    expect([...all]).toEqual(
      expect.arrayContaining([
        'The event is no object.',
        '/specversion is missing.',
        '/specversion is not "1.0".',
        '/id is missing.',
        '/id is empty.',
        '/id is no text.',
        '/source is missing.',
        '/source is no URI reference.',
        '/type is missing.',
        '/time is no date-time.',
        '/subject is empty.',
        '/dataschema is no absolute URI.',
        '/correlationId is no name of an attribute: lower-case letters and digits alone.',
        '/data is missing.',
        '/data is of another type than object.',
        '/data/cents is below 1.',
      ]),
    );
  });
  test('leave out what the events do not have', () => {
    const few = cloudEventMisses(fc.constant(1), { type: 't', source: '/s' });
    const all = new Set(fc.sample(few, { numRuns: 1000, seed: 1 }).map(({ wrong }) => wrong.split(' ')[0]));
    expect([...all].toSorted()).toEqual(
      [
        '/causation_id',
        '/correlationId',
        '/data',
        '/id',
        '/source',
        '/specversion',
        '/time',
        '/type',
        'The',
      ].toSorted(),
    );
  });
  test('shrink to the least event with that wrong', () => {
    const { id: _, ...withoutId } = least;
    expect(smallest(misses, ({ wrong }) => wrong === '/id is missing.')).toEqual({
      of: least,
      payload: withoutId,
      wrong: '/id is missing.',
    });
    expect(smallest(misses, ({ wrong }) => wrong === '/data/cents is below 1.')).toMatchObject({
      payload: { ...least, data: { order: ' ', cents: 0 } },
    });
  });
});

test('the package itself takes an event without an id, and one of another version: this check does not', () => {
  const { id: _, ...withoutId } = least;
  expect(new CloudEvent(withoutId).id).not.toBe(new CloudEvent(withoutId).id);
  expect(isCloudEvent(withoutId)).toBe("it must have required property 'id'.");
  expect(new CloudEvent({ ...least, specversion: '2.0' }).specversion).toBe('2.0');
  expect(isCloudEvent({ ...least, specversion: '2.0' })).toBe('specversion is "2.0", not "1.0".');
});

test.each([
  [{ source: 'two words' }, '/source must match format "uri-reference".'],
  [{ type: '' }, '/type must NOT have fewer than 1 characters.'],
  [{ extensions: { orderId: 'o1' } }, 'invalid attribute name: "orderId"'],
])('options that make no CloudEvent are refused: %j', (wrong, says) => {
  expect(() => cloudEvents(fc.nat(), { type: 't', source: '/s', ...wrong })).toThrow(
    expect.objectContaining({ code: 'envelope-refused', message: `What is drawn is no CloudEvent: ${says}` }),
  );
});

test('an attribute that is none is refused, with the nearest', () => {
  const of: object = { type: 't', source: '/s', subjekt: 'x' };
  for (const make of [cloudEvents, cloudEventMisses])
    expect(() => make(fc.nat(), of as EnvelopeOptions<number>)).toThrow(
      'An envelope knows no `subjekt`; the nearest that it knows is `subject`',
    );
});
