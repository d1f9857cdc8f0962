/** Bytes that are not what their format says. Thrown inside the codec alone; at its border it is a refusal. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** What `read` made, or why it could make nothing of the bytes. */
export type Attempt<T> = { readonly value: T } | { readonly refused: string };

export function attempt<T>(read: () => T): Attempt<T> {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof Malformed) return { refused: error.message };
    throw error;
  }
}
