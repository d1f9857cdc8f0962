import { expect, test } from 'vitest';
import { writeOtlp } from './otlp.ts';
import { broken, caught, hostile, POISON, sampleResult } from './sample.fixture.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status?: { readonly code: number };
}

interface Traces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { readonly key: string; readonly value: object }[] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

const failed = { verdict: 'fail', exitCode: 1 } as const;
const read = (text: string | undefined): Traces => JSON.parse(text ?? '') as Traces;
const spansOf = ({ resourceSpans }: Traces): readonly Span[] =>
  resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));

test('an entry is a span below what caused it, in its process; ids and times are as OTLP writes them', () => {
  const traces = read(writeOtlp(sampleResult([broken()], failed)));
  const services = traces.resourceSpans.map(({ resource }) => resource.attributes[0]?.value);
  expect(services).toContainEqual({ stringValue: 'billing/0.2' });
  const spans = spansOf(traces);
  expect(spans).toHaveLength(12);
  for (const { traceId, spanId, startTimeUnixNano, endTimeUnixNano } of spans) {
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(BigInt(endTimeUnixNano) > BigInt(startTimeUnixNano)).toBe(true);
  }
  const [delivered] = spans.filter(({ name }) => name === 'delivered payments');
  expect(spans.find(({ spanId }) => spanId === delivered?.parentSpanId)?.name).toBe('published payments');
  // It lasts until its process crashed, and what another process made of it is later.
  const crashed = spans.find(({ name }) => name === 'crashed');
  expect(delivered?.endTimeUnixNano).toBe(crashed?.startTimeUnixNano);
  expect(crashed?.status?.code).toBe(2);
  const ids = spans.map(({ spanId }) => spanId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(spans.filter(({ parentSpanId }) => parentSpanId !== undefined && !ids.includes(parentSpanId))).toEqual([]);
});

test('what failed the campaign has a trace, each its own; a catch has none', () => {
  expect(writeOtlp(sampleResult([caught(), { ...broken(), verdict: 'pass', failures: [] }]))).toBe(undefined);
  const two = read(writeOtlp(sampleResult([broken(), broken(), caught()], failed)));
  expect(new Set(spansOf(two).map(({ traceId }) => traceId)).size).toBe(2);
});

test('whatever a result holds, it is JSON without unseen characters', () => {
  const text = writeOtlp(hostile(POISON)) ?? '';
  expect(() => read(text)).not.toThrow();
  expect(text).not.toMatch(/[\p{Cs}\u202e]/u);
});
