import { EddyError } from '../../sim/errors.ts';

/** One sentence that names the place in the schema as a JSON pointer (RFC 6901, in its form as a URI fragment). */
export function refuse(pointer: string, sentence: string): never {
  throw new EddyError('schema-refused', `${pointer}: ${sentence}`, { pointer });
}
