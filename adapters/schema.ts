/** `eddy/schema`: payloads from a JSON Schema (draft 2020-12 or 07; zod by `z.toJSONSchema`), and payloads that just miss it. */
import fc from 'fast-check';
import { checkOptions } from '../sim/options.ts';
import { misses } from './schema/misses.ts';
import { Payloads } from './schema/payloads.ts';
import { Reader } from './schema/read.ts';
import { refuse } from './schema/refusal.ts';
import type { Part } from './schema/shape.ts';
import type { OwnFormats } from './schema/strings.ts';
import { isValid } from './schema/valid.ts';

/** Where in the document the schema stands, and what it alone does not say. */
export interface SchemaOptions {
  /** Where in the document the payload's schema stands, as a JSON pointer: `#/components/messages/Paid/payload`; default `#`. */
  readonly at?: string;
  /** How many levels (objects, arrays) a payload may have within a cycle of the schema; more where none is valid with as few. */
  readonly depth?: number;
  /** What draws formats that Eddy does not know, or draws them otherwise. */
  readonly formats?: OwnFormats;
}

/** A payload that is invalid by one thing. */
export interface NearMiss {
  readonly payload: unknown;
  /** What is wrong, in a sentence: `/total is below 0.` */
  readonly wrong: string;
}

/**
 * Payloads that are valid for the schema. T is what they are to the services, taken on trust. What a schema says and cannot be
 * honoured throws an EddyError `schema-refused`, whose sentence begins with the place in the schema.
 */
export function fromJsonSchema<T = unknown>(schema: object | boolean, options: SchemaOptions = {}): fc.Arbitrary<T> {
  const { root, payloads } = opened(schema, options);
  const levels = Math.max(payloads.heights.of(root), options.depth ?? 4);
  return payloads.of(root, levels) as fc.Arbitrary<T>;
}

/**
 * Payloads that are invalid by one thing: a required property missing, a wrong type, out of range, an unknown value of an
 * enum, a broken format, a property too many. Each shrinks, and stays wrong in that way.
 */
export function nearMisses(schema: object | boolean, options: SchemaOptions = {}): fc.Arbitrary<NearMiss> {
  const { root, payloads, pointer } = opened(schema, options);
  const levels = Math.max(payloads.heights.of(root), options.depth ?? 2);
  const found = misses(payloads, root, levels).flatMap(({ wrong, arbitrary }) => {
    const invalid = (payload: unknown): boolean => !isValid(root(), payload);
    // In a union, what is wrong for one member may be right for another.
    if (!fc.sample(arbitrary, { numRuns: 30, seed: 1 }).some(invalid)) return [];
    return [arbitrary.filter(invalid).map((payload): NearMiss => ({ payload, wrong }))];
  });
  if (found.length === 0) refuse(pointer, 'nothing was found that is not valid here.');
  return fc.oneof(...found);
}

function opened(schema: unknown, options: SchemaOptions): { root: Part; payloads: Payloads; pointer: string } {
  checkOptions('A schema', options, { at: true, depth: true, formats: true });
  const { at: pointer = '#', formats = {} } = options;
  const root = new Reader(schema, new Set(Object.keys(formats))).start(pointer);
  const payloads = new Payloads(root, formats);
  if (payloads.heights.of(root) === Infinity)
    refuse(pointer, `no finite payload is valid: ${payloads.heights.why(root)}.`);
  return { root, payloads, pointer };
}
