/** A kind of request and its response: number, versions, schemas. */
import type { Form, Type } from './schema/types.ts';

export interface Versions {
  readonly min: number;
  readonly max: number;
}

export interface Api<Request, Response> {
  /** As Kafka names it: `Produce`. */
  readonly name: string;
  readonly key: number;
  /** What the codec reads and writes. */
  readonly versions: Versions;
  /** The first version with compact lengths and tagged fields. */
  readonly flexibleFrom: number;
  readonly request: Type<Request>;
  readonly response: Type<Response>;
}

export function formOf({ flexibleFrom }: Api<unknown, unknown>, version: number): Form {
  return { version, isFlexible: version >= flexibleFrom };
}

/** For `flexibleFrom` of what has no such version. */
export const NEVER = Number.POSITIVE_INFINITY;
