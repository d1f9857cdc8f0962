/**
 * `eddy/cloudevents`: envelopes of CloudEvents 1.0 in its JSON format around payloads that are drawn, and envelopes that just
 * miss it. They are plain objects, as they go over the wire: `new CloudEvent(envelope)` of the package `cloudevents` takes them.
 */
import { CloudEvent, type CloudEventV1 } from 'cloudevents';
import fc from 'fast-check';
import { EddyError } from '../sim/errors.ts';
import { EPOCH_MS } from '../sim/kernel/world.ts';
import { checkOptions, type Names } from '../sim/options.ts';
import { dataMisses, envelopeMisses } from './cloudevents/misses.ts';
import { fromJsonSchema, type NearMiss } from './schema.ts';

/** A value, an arbitrary of it, or what it is for the event's data. */
export type Drawn<V extends string | number | boolean, T> = V | fc.Arbitrary<V> | ((data: T) => V);

/** The attributes of the envelopes: each a value, an arbitrary, or a function of the data. */
export interface EnvelopeOptions<T> {
  readonly type: Drawn<string, T>;
  /** A URI reference. */
  readonly source: Drawn<string, T>;
  /** Default: `e0` to `e9999`. */
  readonly id?: Drawn<string, T>;
  /** RFC 3339; default: up to an hour before a run's virtual time begins. */
  readonly time?: Drawn<string, T>;
  readonly subject?: Drawn<string, T>;
  /** An absolute URI, which names the version of the data's schema too. */
  readonly dataschema?: Drawn<string, T>;
  /** Shared by all events of one flow, as the correlation extension has it. */
  readonly correlationid?: Drawn<string, T>;
  /** The id of the event that led to this one, as the correlation extension has it. */
  readonly causationid?: Drawn<string, T>;
  /** Further extension attributes; names are of lower-case letters and digits. */
  readonly extensions?: Readonly<Record<string, Drawn<string | number | boolean, T>>>;
}

/** An event in the JSON format of CloudEvents 1.0. */
export interface Envelope<T> extends CloudEventV1<T> {
  readonly time: string;
  readonly data: T;
}

/** An event that is wrong in one thing. */
export interface EnvelopeMiss<T> extends NearMiss {
  /** The valid envelope that it just misses: its id names the event, whatever is missing of it. */
  readonly of: Envelope<T>;
}

type Data<T> = fc.Arbitrary<T> | Readonly<Record<string, unknown>>;

/**
 * Valid envelopes. Nothing of them comes from a clock or an unseeded draw.
 * @param data an arbitrary, or a JSON Schema (that of zod: `z.toJSONSchema(...)`), whose T is taken on trust
 * @throws EddyError envelope-refused when the options make an envelope that is not valid, with what is wrong; EDDY_CONFIG for an
 * attribute that is none (those of extensions go into `extensions`)
 */
export function cloudEvents<T>(data: Data<T>, options: EnvelopeOptions<T>): fc.Arbitrary<Envelope<T>> {
  checkOptions('An envelope', options, ATTRIBUTES);
  const { extensions, ...own } = options;
  const attributes = { id: IDS, time: TIMES, ...own, ...extensions };
  const drawn = fc.record(
    Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, ofData(value as Drawn<string, T>)])),
  );
  const envelopes = fc.record({ data: isArbitrary(data) ? data : fromJsonSchema<T>(data), drawn }).map((parts) => {
    const all = Object.entries(parts.drawn).map(([name, of]) => [name, of(parts.data)] as const);
    const fixed = { specversion: '1.0', datacontenttype: 'application/json' };
    return { ...fixed, ...Object.fromEntries(all), data: parts.data } as unknown as Envelope<T>;
  });
  for (const envelope of fc.sample(envelopes, { numRuns: 20, seed: 1 })) {
    const says = isCloudEvent(envelope);
    if (says !== true) throw new EddyError('envelope-refused', `What is drawn is no CloudEvent: ${says}`, { envelope });
  }
  return envelopes;
}

/**
 * Events that are wrong in one thing: the envelope (a required attribute missing, empty or of another type, another
 * specversion, a broken time or source, a name that is none), or its data: missing, and if there is a schema, whatever just misses that.
 */
export function cloudEventMisses<T>(data: Data<T>, options: EnvelopeOptions<T>): fc.Arbitrary<EnvelopeMiss<T>> {
  const valid = cloudEvents(data, options);
  const misses = [...envelopeMisses(valid), ...dataMisses(valid, isArbitrary(data) ? undefined : data)];
  return fc.oneof(...misses);
}

/** Whether it is a CloudEvent 1.0 in the JSON format, for `always(...)`: true, or what is wrong. */
export function isCloudEvent(event: unknown): true | string {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return 'it is no object.';
  const { specversion } = event as { specversion?: unknown };
  // The package takes any other version for valid.
  if (specversion !== '1.0') return `specversion is ${JSON.stringify(specversion) ?? 'missing'}, not "1.0".`;
  try {
    // Its constructor would fill in what is missing.
    CloudEvent.prototype.validate.call(event);
    return true;
  } catch (error) {
    return whatIsWrong(error as ValidationError);
  }
}

interface ValidationError extends Error {
  readonly errors?: readonly { readonly instancePath?: string; readonly message?: string }[];
}

function whatIsWrong({ errors, message }: ValidationError): string {
  const [first] = errors ?? [];
  return first?.message === undefined ? message : `${first.instancePath || 'it'} ${first.message}.`;
}

const ATTRIBUTES: Names<EnvelopeOptions<unknown>> = {
  type: true,
  source: true,
  id: true,
  time: true,
  subject: true,
  dataschema: true,
  correlationid: true,
  causationid: true,
  extensions: true,
};
const IDS = fc.nat(9999).map((n) => `e${n}`);
const TIMES = fc.nat(3600).map((seconds) => new Date(EPOCH_MS - seconds * 1000).toISOString());

function ofData<T>(drawn: Drawn<string, T>): fc.Arbitrary<(data: T) => unknown> {
  if (typeof drawn === 'function') return fc.constant(drawn);
  return isArbitrary(drawn) ? drawn.map((value) => () => value) : fc.constant(() => drawn);
}

/** By what it can do: there may be more than one fast-check. */
function isArbitrary<V>(value: fc.Arbitrary<V> | unknown): value is fc.Arbitrary<V> {
  return typeof (value as { generate?: unknown }).generate === 'function';
}
