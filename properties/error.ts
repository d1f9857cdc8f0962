/** Rooms above this one raise the same error class, and reach it through here: they do not import `sim`. */
export { EddyError } from '../sim/errors.ts';
