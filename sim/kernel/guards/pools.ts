/**
 * Libraries draw randomness in advance: uuid and nanoid fill a pool, and take from it until it is used up. A pool that was filled
 * for one moment (or before the run) would go on into the next, so that what is drawn would hang on what ran before. To other code
 * inside a world than that which it was filled for, a pool seems empty, and its owner fills it anew.
 */
import { currentContext, type Moment } from '../context.ts';

/** Keys, nonces and the like are shorter: what is kept of them stays as it is. */
const POOL_BYTES_MIN = 128;

/** Whom it was filled for; `undefined`: code outside of any world. */
const filledFor = new WeakMap<object, Moment | undefined>();

export function filled(bytes: ArrayBufferView, moment: Moment | undefined): void {
  if (!(bytes instanceof Uint8Array) || bytes.byteLength < POOL_BYTES_MIN) return;
  const isKnown = filledFor.has(bytes);
  filledFor.set(bytes, moment);
  if (isKnown) return;
  Object.defineProperty(bytes, 'length', {
    configurable: true,
    get: () => {
      const context = currentContext();
      return context && context.moment !== filledFor.get(bytes) ? 0 : bytes.byteLength;
    },
  });
}
