/**
 * The one error class of Eddy: a stable `code`, the data, and a sentence that says what is wrong, why, and what to do.
 * What a simulated component raises at a port carries the code that a real client's error would be known by.
 */
export class EddyError extends Error {
  readonly code: string;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, data: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'EddyError';
    this.code = code;
    this.data = data;
  }
}
