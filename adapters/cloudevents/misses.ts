/** What can be wrong with an event: one thing of its envelope, or one of its data. */
import fc from 'fast-check';
import type { Envelope, EnvelopeMiss } from '../cloudevents.ts';
import { nearMisses } from '../schema.ts';

type Misses<T> = fc.Arbitrary<EnvelopeMiss<T>>[];

const REQUIRED = ['specversion', 'id', 'source', 'type'];
const NO_TEXT = fc.constantFrom<unknown>(0, true, ['x'], {});

/** Texts that the attribute may not have, and how that is said. */
const BROKEN: readonly (readonly [name: string, says: string, texts: readonly string[]])[] = [
  ['specversion', 'is not "1.0".', ['0.3', '2.0', '1']],
  ['source', 'is no URI reference.', ['two words', 'http://[', '%']],
  ['time', 'is no date-time.', ['yesterday', '2026-01-01', '2026-13-01T00:00:00Z', '01/02/2026 10:00']],
  ['dataschema', 'is no absolute URI.', ['order.json', '/schemas/order', 'order v2']],
  ...['id', 'source', 'type', 'subject'].map((name) => [name, 'is empty.', ['']] as const),
];

export function envelopeMisses<T>(valid: fc.Arbitrary<Envelope<T>>): Misses<T> {
  const [some] = fc.sample(valid, { numRuns: 1, seed: 1 });
  const has = (name: string): boolean => Object.hasOwn(some ?? {}, name);
  const without = (name: string): fc.Arbitrary<EnvelopeMiss<T>> => missing(valid, name);
  const wrongType = [...REQUIRED, 'time', 'subject'].filter(has);
  return [
    ...REQUIRED.map(without),
    ...wrongType.map((name) => changed(valid, name, NO_TEXT, 'is no text.')),
    ...BROKEN.filter(([name]) => has(name)).map(([name, says, texts]) =>
      changed(valid, name, fc.constantFrom(...texts), says),
    ),
    ...['correlationId', 'causation_id'].map((name) =>
      changed(valid, name, fc.constant('e0'), 'is no name of an attribute: lower-case letters and digits alone.'),
    ),
    missing(valid, undefined),
  ];
}

/** The envelope is valid, what it carries is not. */
export function dataMisses<T>(valid: fc.Arbitrary<Envelope<T>>, schema: object | undefined): Misses<T> {
  if (!schema) return [missing(valid, 'data')];
  const broken = fc.record({ of: valid, miss: nearMisses(schema) }).map(({ of, miss }) => ({
    of,
    payload: { ...of, data: miss.payload },
    wrong: `/data${miss.wrong.replace(/^The payload/, '')}`,
  }));
  return [missing(valid, 'data'), broken];
}

function changed<T>(
  valid: fc.Arbitrary<Envelope<T>>,
  name: string,
  values: fc.Arbitrary<unknown>,
  says: string,
): fc.Arbitrary<EnvelopeMiss<T>> {
  return fc
    .record({ of: valid, value: values })
    .map(({ of, value }) => ({ of, payload: { ...of, [name]: value }, wrong: `/${name} ${says}` }));
}

/** @param name the attribute; undefined: all of it */
function missing<T>(valid: fc.Arbitrary<Envelope<T>>, name: string | undefined): fc.Arbitrary<EnvelopeMiss<T>> {
  if (name === undefined) {
    const none = fc.constantFrom<unknown>(null, [], 'event', 0);
    return fc.record({ of: valid, payload: none }).map((parts) => ({ ...parts, wrong: 'The event is no object.' }));
  }
  return valid.map((of) => {
    const { [name]: _, ...payload } = of;
    return { of, payload, wrong: `/${name} is missing.` };
  });
}
