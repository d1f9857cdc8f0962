/** The limits of numbers and strings that stand in the parts of a schema, taken together. */
import { FORMATS } from './formats.ts';
import type { Json, JsonObject } from './json.ts';
import { below } from './places.ts';
import { refuse } from './refusal.ts';
import type { NumberRules, StringRules } from './shape.ts';

/** A schema object and where it stands. */
export interface Place {
  readonly pointer: string;
  readonly schema: JsonObject;
}

/** What a keyword says in each part that has it. */
export function sayings(parts: readonly Place[], keyword: string): { readonly says: Json; readonly pointer: string }[] {
  return parts.flatMap(({ pointer, schema }) =>
    Object.hasOwn(schema, keyword) ? [{ says: schema[keyword] as Json, pointer: below(pointer, keyword) }] : [],
  );
}

export function numbersOf(parts: readonly Place[], keyword: string): number[] {
  return sayings(parts, keyword).map(({ says, pointer }) =>
    typeof says === 'number' ? says : refuse(pointer, `"${keyword}" is a number in the drafts 07 and 2020-12.`),
  );
}

/** Formats of numbers in OpenAPI and AsyncAPI. JSON itself has no numbers that these two would not take. */
const NUMBER_FORMATS = new Set(['float', 'double', 'int32', 'int64']);
const INT32 = 2_147_483_648;

export function numberRules(parts: readonly Place[]): NumberRules {
  const formats = new Set(sayings(parts, 'format').map(({ says }) => says));
  const isInt32 = formats.has('int32');
  const above = Math.max(-Infinity, ...numbersOf(parts, 'exclusiveMinimum'));
  const beneath = Math.min(Infinity, ...numbersOf(parts, 'exclusiveMaximum'));
  const minimum = Math.max(isInt32 ? -INT32 : -Infinity, ...numbersOf(parts, 'minimum'));
  const maximum = Math.min(isInt32 ? INT32 - 1 : Infinity, ...numbersOf(parts, 'maximum'));
  return {
    minimum: Math.max(above, minimum),
    maximum: Math.min(beneath, maximum),
    minimumExcluded: above >= minimum,
    maximumExcluded: beneath <= maximum,
    integer: isInt32 || formats.has('int64') || sayings(parts, 'type').some(({ says }) => takesIntegersAlone(says)),
    multiplesOf: numbersOf(parts, 'multipleOf'),
  };
}

function takesIntegersAlone(type: Json): boolean {
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  return types.includes('integer') && !types.includes('number');
}

export function stringRules(parts: readonly Place[], own: ReadonlySet<string>): StringRules {
  const patterns = sayings(parts, 'pattern').map(({ says, pointer }) => {
    try {
      return new RegExp(String(says), 'u');
    } catch {
      return refuse(pointer, `${JSON.stringify(says)} is not a regular expression.`);
    }
  });
  const formats = sayings(parts, 'format').filter(({ says }) => !NUMBER_FORMATS.has(String(says)));
  for (const { says, pointer } of formats) {
    if (patterns.length > 0 || FORMATS.has(String(says)) || own.has(String(says))) continue;
    refuse(
      pointer,
      `the format ${JSON.stringify(says)} is not known; hand in what draws it: formats: { ${JSON.stringify(says)}: ... }.`,
    );
  }
  const [format, other] = [...new Set(formats.map(({ says }) => String(says)))];
  if (other !== undefined) refuse(formats[0]?.pointer ?? '#', `two formats at once, ${format} and ${other}.`);
  return {
    minLength: Math.max(0, ...numbersOf(parts, 'minLength')),
    maxLength: Math.min(Infinity, ...numbersOf(parts, 'maxLength')),
    patterns,
    ...(format === undefined ? {} : { format }),
  };
}
