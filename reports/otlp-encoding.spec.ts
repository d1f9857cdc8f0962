/** traces.otlp.json, field by field, against opentelemetry-proto and its JSON encoding: what is not in the message is refused. */
import { expect, test } from 'vitest';
import type { EntryResult } from '../properties/runner/result.ts';
import { writeOtlp } from './otlp.ts';
import { broken, hostile, POISON, sampleFailure, sampleHistory, sampleResult } from './sample.fixture.ts';

/** Says what is wrong with a value, at its place. */
type Check = (value: unknown, at: string) => readonly string[];
type Fields = Readonly<Record<string, Check>>;

const be =
  (what: string, holds: (value: unknown) => boolean): Check =>
  (value, at) =>
    holds(value) ? [] : [`${at} is no ${what}: ${JSON.stringify(value)}`];

const text = be('text', (value) => typeof value === 'string');
const named = be('name', (value) => typeof value === 'string' && value !== '');
const count = be('32-bit count', (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 32);
const hexOf = (bytes: number): Check =>
  be(`id of ${bytes} bytes in hex`, (value) => new RegExp(`^(?!0+$)[0-9a-f]{${2 * bytes}}$`).test(String(value)));
const long = (least: bigint, most: bigint): Check =>
  be(
    '64-bit integer as text',
    (value) =>
      typeof value === 'string' && /^(0|-?[1-9]\d*)$/.test(value) && BigInt(value) >= least && BigInt(value) <= most,
  );
const fixed64 = long(0n, 2n ** 64n - 1n);
const between = (low: number, high: number): Check =>
  be('number of the enum', (value) => Number.isInteger(value) && Number(value) >= low && Number(value) <= high);

const each =
  (of: Check): Check =>
  (value, at) =>
    Array.isArray(value) ? value.flatMap((item, n) => of(item, `${at}[${n}]`)) : [`${at} is no list`];

/** @param required fields without which the message is not valid */
const message =
  (fields: Fields, required: readonly string[] = []): Check =>
  (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} is no message`];
    const missing = required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${at} lacks ${name}`);
    const wrong = Object.entries(value).flatMap(
      ([name, field]) => fields[name]?.(field, `${at}.${name}`) ?? [`${at} has no field ${name}`],
    );
    return [...missing, ...wrong];
  };

const anyValue: Check = (value, at) => [
  ...message({
    stringValue: text,
    boolValue: be('truth value', (one) => typeof one === 'boolean'),
    intValue: long(-(2n ** 63n), 2n ** 63n - 1n),
  })(value, at),
  ...(Object.keys(Object(value)).length === 1 ? [] : [`${at} is not one value`]),
];
const attributes: Check = (value, at) => {
  const keys = (value as readonly { readonly key: string }[]).map(({ key }) => key);
  const twice = keys.filter((key, n) => keys.indexOf(key) !== n).map((key) => `${at} has ${key} twice`);
  return [...each(message({ key: named, value: anyValue }, ['key', 'value']))(value, at), ...twice];
};
const dropped = { droppedAttributesCount: count };
const link = message({ traceId: hexOf(16), spanId: hexOf(8), traceState: text, attributes, ...dropped, flags: count }, [
  'traceId',
  'spanId',
]);
/** Unset, ok, error. */
const status = message({ message: text, code: between(0, 2) });
const span = message(
  {
    traceId: hexOf(16),
    spanId: hexOf(8),
    parentSpanId: hexOf(8),
    name: named,
    /** Internal to consumer: unspecified is not to be written. */
    kind: between(1, 5),
    startTimeUnixNano: fixed64,
    endTimeUnixNano: fixed64,
    attributes,
    ...dropped,
    links: each(link),
    status,
  },
  ['traceId', 'spanId', 'name', 'startTimeUnixNano', 'endTimeUnixNano'],
);
const scope = message({ name: text, version: text, attributes, ...dropped });
const scopeSpans = message({ scope, spans: each(span), schemaUrl: text }, ['spans']);
const resource = message({ attributes, ...dropped }, ['attributes']);
const traces = message(
  {
    resourceSpans: each(
      message({ resource, scopeSpans: each(scopeSpans), schemaUrl: text }, ['resource', 'scopeSpans']),
    ),
  },
  ['resourceSpans'],
);

/** Several causes, one of which is the entry itself, as a result by hand may say. */
const last = { n: 11, timeUs: 2_000_000, process: 'billing/1', kind: 'delivered', data: {}, causes: [2, 3, 11] };
const history: readonly EntryResult[] = [...sampleHistory(), last];
const RESULTS = {
  usual: sampleResult([broken()], { verdict: 'fail', exitCode: 1 }),
  'of many causes': sampleResult([{ ...broken(), failures: [sampleFailure({ history })] }], {
    verdict: 'fail',
    exitCode: 1,
  }),
  hostile: hostile(POISON),
};

test.each(Object.entries(RESULTS))(
  'every field of a result that is %s is one of the protocol, written as it wants',
  (_, result) => {
    expect(traces(JSON.parse(writeOtlp(result) ?? ''), 'traces')).toEqual([]);
  },
);

test('it would see a snake case name, a number for a time, an id in base64, a wrong enum', () => {
  const wrong = {
    traceId: 'W47/95gDgQPSabYzgT/GDA==',
    span_id: '0000000000000001',
    spanId: '0000000000000000',
    name: '',
    kind: 'SPAN_KIND_INTERNAL',
    startTimeUnixNano: 1_544_712_660,
    endTimeUnixNano: '18446744073709551616',
    attributes: [
      { key: 'a', value: { intValue: 7 } },
      { key: 'a', value: {} },
    ],
    status: { code: 3 },
  };
  expect(span(wrong, 'span').map((words) => words.replace(/: .*/, ''))).toEqual([
    'span.traceId is no id of 16 bytes in hex',
    'span has no field span_id',
    'span.spanId is no id of 8 bytes in hex',
    'span.name is no name',
    'span.kind is no number of the enum',
    'span.startTimeUnixNano is no 64-bit integer as text',
    'span.endTimeUnixNano is no 64-bit integer as text',
    'span.attributes[0].value.intValue is no 64-bit integer as text',
    'span.attributes[1].value is not one value',
    'span.attributes has a twice',
    'span.status.code is no number of the enum',
  ]);
});

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly links?: readonly { readonly spanId: string; readonly traceId: string }[];
}

test('no span ends before it begins, is its own parent or link, or points out of its trace', () => {
  const { resourceSpans } = JSON.parse(writeOtlp(RESULTS['of many causes']) ?? '') as {
    resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
  };
  const spans = resourceSpans.flatMap((of) => of.scopeSpans.flatMap((one) => one.spans));
  const ids = new Set(spans.map(({ spanId }) => spanId));
  expect(ids.size).toBe(spans.length);
  expect(spans.filter(({ parentSpanId }) => parentSpanId === undefined)).toHaveLength(1);
  for (const { traceId, spanId, parentSpanId, startTimeUnixNano, endTimeUnixNano, links = [] } of spans) {
    expect(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano)).toBe(true);
    expect(parentSpanId === undefined || (ids.has(parentSpanId) && parentSpanId !== spanId)).toBe(true);
    for (const to of links)
      expect([to.traceId, ids.has(to.spanId), to.spanId !== spanId]).toEqual([traceId, true, true]);
  }
  expect(spans.find(({ spanId }) => spanId === '000000000000000c')?.links).toHaveLength(1);
});
