/** Errors whose message is the whole story, shown where `chaos` was called. */
import { EddyError } from '../../properties/error.ts';

/** The stack of a call, without its first line and without our own frames. */
export type CallSite = string;

export function callSite(ours: (...args: never[]) => unknown): CallSite {
  const at = { stack: '' };
  Error.captureStackTrace(at, ours);
  return at.stack.split('\n').slice(1).join('\n');
}

export function trouble(code: string, message: string, at: CallSite): EddyError {
  return placed(new EddyError(code, message), at);
}

/** Where an error came up within Eddy tells its reader nothing. */
export function placed(error: EddyError, at: CallSite): EddyError {
  error.stack = `${error.name}: ${error.message}\n${at}`;
  return error;
}

/** Makes an error of Eddy's, such as EDDY_FAKE_TIMERS, stand where `chaos` was called. */
export async function atCall<T>(at: CallSite, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof EddyError ? placed(error, at) : error;
  }
}
