/** What R2 and R5 share: a state of a stream as of a version must be what its events fold to. */
import type { Entry } from '../property.ts';
import { equal, inWords } from './equal.ts';
import type { StreamFolds } from './stream-folds.ts';
import type { StateAt, Versioned } from './streams.ts';

/** What is wrong with this state, if anything is. */
export function wrongState<T extends Versioned, S>(
  folds: StreamFolds<T, S>,
  of: string,
  { stream, version, state }: StateAt<unknown>,
  entry: Entry,
): { says: string; evidence: Entry[] } | undefined {
  const at = folds.at(stream, version);
  const says = `${of}: version ${version} of "${stream}" is ${inWords(state)}`;
  if (at.how === 'missing') return { says: `${says}, but the stream has no such version`, evidence: [entry] };
  const evidence = [at.entry, entry];
  if (at.how === 'threw') return { says: `${says}, but its events do not fold: ${at.why}`, evidence };
  return equal(at.state, state)
    ? undefined
    : { says: `${says}, expected ${inWords(at.state)}, the fold of its events`, evidence };
}
