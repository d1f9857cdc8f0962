/** Pieces that messages of protocol 3.0 are made of. */
const encoder = new TextEncoder();

export const encode = (value: string): Uint8Array => encoder.encode(value);

/** A text with the zero that ends it. */
export const text = (value: string): Uint8Array => encoder.encode(`${value}\0`);

export function int16(value: number): Uint8Array {
  return new Uint8Array([value >>> 8, value]);
}

export function int32(value: number): Uint8Array {
  return new Uint8Array([value >>> 24, value >>> 16, value >>> 8, value]);
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array;
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function message(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 4);
  return joined([encode(type), int32(length), ...parts]);
}

/** A simple query, as a client sends it. */
export function query(sql: string): Uint8Array {
  return message('Q', text(sql));
}
