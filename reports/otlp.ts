/**
 * traces.otlp.json: each failing minimal run as a trace, in the JSON encoding of OTLP, which Jaeger and others load from a file.
 * An entry is a span below the first entry that caused it, further causes are links; a span lasts until the last effect of
 * the same process. Times are virtual, from the world's first moment.
 * Source: opentelemetry.io, "OTLP Specification 1.x, JSON Protobuf Encoding": names in lowerCamelCase, ids in hex, 64-bit integers as text, enums as
 * numbers; fields by opentelemetry-proto, trace/v1/trace.proto. Jaeger's page takes one such object with `resourceSpans`, of any number of traces.
 */
import type { CampaignResult, EntryResult, FailureResult } from '../properties/runner/result.ts';
import { channelsOf, componentOf, fieldsOf, inShort } from './fields.ts';
import { failureLabel, isTrouble, standingOf } from './standing.ts';
import { clip, oneLine } from './text.ts';
import { wordsOf } from './words.ts';

/** When a world begins: 1 January 2026, UTC, as its clocks say. */
const EPOCH_NS = 1_767_225_600_000_000_000n;
const DATA_MAX = 2_000;
const KINDS: Readonly<Record<string, number>> = { published: 4, delivered: 5, observed: 5, called: 3, applied: 2 };
const INTERNAL = 1;
const ERROR = 2;

/** Of what failed the campaign; undefined where nothing did. */
export function writeOtlp(result: CampaignResult): string | undefined {
  const failures = result.scenarios
    .filter((of) => isTrouble(standingOf(result, of)))
    .flatMap((of) => of.failures.filter(({ history }) => history.length > 0));
  if (failures.length === 0) return undefined;
  return `${JSON.stringify({ resourceSpans: failures.flatMap(resourcesOf) })}\n`;
}

/** A process is a service of its own in the trace. */
function resourcesOf(failure: FailureResult, nth: number): readonly object[] {
  const ends = endsOf(failure.history);
  const evidence = new Set(failure.evidence);
  const traceId = `${hex(nth + 1)}${failure.digest
    .replace(/[^0-9a-f]/g, '')
    .padStart(16, '0')
    .slice(-16)}`;
  const known = new Set(failure.history.map(({ n }) => n));
  const [first] = failure.history;
  const root = first ? rootOf(failure, traceId) : undefined;
  const spans = failure.history.map((entry) => ({
    process: entry.process,
    span: spanOf(entry, { traceId, ends, known, isEvidence: evidence.has(entry.n) }),
  }));
  const processes = [...new Set(spans.map(({ process }) => process))];
  return [
    resource('eddy', root === undefined ? [] : [root]),
    ...processes.map((name) =>
      resource(
        name,
        spans.filter(({ process }) => process === name).map(({ span }) => span),
      ),
    ),
  ];
}

function resource(name: string, spans: readonly object[]): object {
  return {
    resource: { attributes: [text('service.name', oneLine(name))] },
    scopeSpans: [{ scope: { name: 'eddy' }, spans }],
  };
}

/** No entry's: those count from 1. */
const ROOT_ID = `edd1${'0'.repeat(12)}`;

/** The run itself: what it says, its faults, how to see it again. */
function rootOf(failure: FailureResult, traceId: string): object {
  const { history, scenario, variant, seed, faults, says } = failure;
  return {
    traceId,
    spanId: ROOT_ID,
    name: oneLine(`${scenario} ${variant}: ${failureLabel(failure)}`),
    kind: INTERNAL,
    startTimeUnixNano: nanos(0),
    endTimeUnixNano: nanos(history.at(-1)?.timeUs ?? 0),
    attributes: [
      { key: 'eddy.seed', value: { intValue: String(seed) } },
      ...faults.map(({ sentence }, n) => text(`eddy.fault.${n + 1}`, oneLine(sentence))),
    ],
    status: { code: ERROR, message: oneLine(says) },
  };
}

interface Around {
  readonly traceId: string;
  readonly ends: ReadonlyMap<number, number>;
  readonly known: ReadonlySet<number>;
  readonly isEvidence: boolean;
}

function spanOf(entry: EntryResult, { traceId, ends, known, isEvidence }: Around): object {
  const { n, timeUs, kind, data, causes } = entry;
  // What a result made by hand says to be its own cause would be a span below itself.
  const [parent, ...others] = causes.filter((cause) => known.has(cause) && cause < n);
  const channels = channelsOf(entry).join(', ');
  const component = componentOf(entry);
  const isError = isEvidence || kind === 'fault' || kind === 'crashed';
  return {
    traceId,
    spanId: hex(n + 1),
    parentSpanId: parent === undefined ? ROOT_ID : hex(parent + 1),
    name: oneLine(channels === '' ? kind : `${kind} ${channels}`),
    kind: Object.hasOwn(KINDS, kind) ? KINDS[kind] : INTERNAL,
    startTimeUnixNano: nanos(timeUs),
    endTimeUnixNano: nanos(Math.max(timeUs + 1, ends.get(n) ?? 0)),
    attributes: [
      text('eddy.entry', `#${n}`),
      text('eddy.words', wordsOf(entry)),
      ...(component === undefined ? [] : [text('eddy.component', oneLine(component))]),
      ...(isEvidence ? [{ key: 'eddy.evidence', value: { boolValue: true } }] : []),
      text('eddy.data', clip(oneLine(inShort(fieldsOf(data))), DATA_MAX)),
    ],
    ...(others.length > 0 && { links: others.map((cause) => ({ traceId, spanId: hex(cause + 1) })) }),
    ...(isError && { status: { code: ERROR, message: isEvidence ? 'evidence' : wordsOf(entry) } }),
  };
}

/** When the last effect of each entry came, of those in its own process. */
function endsOf(history: readonly EntryResult[]): ReadonlyMap<number, number> {
  const processes = new Map(history.map(({ n, process }) => [n, process]));
  const ends = new Map<number, number>();
  for (const { n, timeUs, process, causes } of history.toReversed()) {
    const end = Math.max(timeUs, ends.get(n) ?? 0);
    for (const cause of causes)
      if (processes.get(cause) === process && end > (ends.get(cause) ?? 0)) ends.set(cause, end);
  }
  return ends;
}

function text(key: string, value: string): object {
  return { key, value: { stringValue: value } };
}

function nanos(us: number): string {
  return String(EPOCH_NS + BigInt(Math.round(us)) * 1_000n);
}

/** Eight bytes. */
function hex(n: number): string {
  return n.toString(16).padStart(16, '0');
}
