/** A schema as it is read: references followed, `allOf` merged, limits of all its parts taken together. */
import type { Json } from './json.ts';

export type TypeName = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';
export const TYPES: readonly TypeName[] = ['null', 'boolean', 'number', 'string', 'array', 'object'];

/** A part of a shape, read when it is asked for, so that a schema may lead back to itself. The same part is the same object. */
export type Part = () => Shape;

/** Nothing is valid here. */
export interface Never {
  readonly kind: 'never';
  readonly pointer: string;
  readonly why: string;
}

/** One member is met, or with `exactlyOne` (`oneOf`) not two of them. What stands beside it is in each member. */
export interface Union {
  readonly kind: 'union';
  readonly pointer: string;
  readonly exactlyOne: boolean;
  readonly members: readonly Part[];
}

/** Limits by type: each binds the values of its own type alone. */
export interface Plain {
  readonly kind: 'plain';
  readonly pointer: string;
  readonly types: ReadonlySet<TypeName>;
  /** The types to draw: `types`, or where the schema names none, those that its keywords speak of. */
  readonly drawn: readonly TypeName[];
  /** `enum` and `const`; what the other limits forbid is still among them. */
  readonly values?: readonly Json[];
  readonly number: NumberRules;
  readonly string: StringRules;
  readonly array: ArrayRules;
  readonly object: ObjectRules;
}

export type Shape = Never | Union | Plain;

export interface NumberRules {
  readonly minimum: number;
  readonly maximum: number;
  readonly minimumExcluded: boolean;
  readonly maximumExcluded: boolean;
  readonly integer: boolean;
  readonly multiplesOf: readonly number[];
}

export interface StringRules {
  /** In code points. */
  readonly minLength: number;
  readonly maxLength: number;
  readonly patterns: readonly RegExp[];
  /** Binding where there is no pattern. */
  readonly format?: string;
}

export interface ArrayRules {
  readonly prefix: readonly Part[];
  readonly rest: Part;
  readonly minItems: number;
  readonly maxItems: number;
  readonly unique: boolean;
}

export interface ObjectRules {
  /** What `properties` names and what `required` does. */
  readonly properties: ReadonlyMap<string, Part>;
  readonly required: ReadonlySet<string>;
  readonly additional: Part;
  readonly names: Part;
  readonly minProperties: number;
  readonly maxProperties: number;
}

/** No keyword says anything: a value of any type will do. */
export function isFree(shape: Shape): boolean {
  return shape.kind === 'plain' && shape.drawn.length === TYPES.length && shape.values === undefined;
}
