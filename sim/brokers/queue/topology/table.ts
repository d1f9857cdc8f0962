/**
 * Field tables: arguments and headers whose values know their AMQP type, under RabbitMQ's names for them. Source: AMQP 0-9-1,
 * "Field Tables"; RabbitMQ documentation, "AMQP 0-9-1 Errata".
 */
export type FieldType =
  | 'longstr'
  | 'signedint'
  | 'long'
  | 'byte'
  | 'short'
  | 'unsignedbyte'
  | 'unsignedshort'
  | 'unsignedint'
  | 'bool'
  | 'float'
  | 'double'
  | 'decimal'
  | 'timestamp'
  | 'table'
  | 'array'
  | 'binary'
  | 'void';

/** `value` is a string for `longstr`, a Table for `table`, a list of Fields for `array`, bytes for `binary`, null for `void`. */
export interface Field {
  readonly type: FieldType;
  readonly value: unknown;
}

export type Table = Readonly<Record<string, Field>>;

const INTEGERS: ReadonlySet<FieldType> = new Set([
  'signedint',
  'long',
  'byte',
  'short',
  'unsignedbyte',
  'unsignedshort',
  'unsignedint',
]);

export const isInteger = ({ type }: Field): boolean => INTEGERS.has(type);

/** The values alone, tables and arrays within them too. */
export function plainTable(table: Table): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).map(([name, field]) => [name, plainField(field)]));
}

function plainField({ type, value }: Field): unknown {
  if (type === 'table') return plainTable(value as Table);
  if (type === 'array') return (value as readonly Field[]).map(plainField);
  return value;
}

/** A table of plain values: texts, whole numbers, booleans, null, lists and objects of these. */
export function tableOf(plain: Readonly<Record<string, unknown>>): Table {
  return Object.fromEntries(
    Object.entries(plain)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, fieldOf(value)]),
  );
}

const INT_MAX = 0x7fff_ffff;

function fieldOf(value: unknown): Field {
  if (typeof value === 'string') return { type: 'longstr', value };
  if (typeof value === 'boolean') return { type: 'bool', value };
  if (typeof value === 'bigint') return { type: 'long', value };
  if (typeof value === 'number') return { type: numberType(value), value };
  if (value === null || value === undefined) return { type: 'void', value: null };
  if (value instanceof Uint8Array) return { type: 'binary', value };
  if (Array.isArray(value)) return { type: 'array', value: value.map(fieldOf) };
  return { type: 'table', value: tableOf(value as Record<string, unknown>) };
}

function numberType(value: number): FieldType {
  if (!Number.isInteger(value)) return 'double';
  return Math.abs(value) <= INT_MAX ? 'signedint' : 'long';
}
