/** Records that cannot be taken, with Kafka's error for it. Thrown inside the codec alone. */
import type { ErrorName } from '../error-codes.ts';

export type RecordsError = Extract<ErrorName, 'CORRUPT_MESSAGE' | 'INVALID_RECORD' | 'UNSUPPORTED_COMPRESSION_TYPE'>;

export class Unreadable extends Error {
  override readonly name = 'Unreadable';

  constructor(
    readonly error: RecordsError,
    message: string,
  ) {
    super(message);
  }
}
