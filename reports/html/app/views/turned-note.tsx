/** Says what came in another order than in the twin. */
import type { JSX } from 'preact';
import { duration } from '../../../time.ts';
import { wordsOf } from '../../../words.ts';
import type { EntryResult } from '../../../../properties/runner/result.ts';
import { type PlacedFailure, usePage } from '../context.ts';
import type { Turned } from '../model/turned.ts';
import { writeRoute } from '../route.ts';
import { Text } from '../parts/ui.tsx';

export function TurnedNote({ turned: { first, second } }: { turned: Turned; of: PlacedFailure }): JSX.Element {
  return (
    <p class="turned">
      <strong>Turned round:</strong> here <One entry={first} /> comes before <One entry={second} />; in the passing twin
      it comes behind it.
    </p>
  );
}

function One({ entry }: { entry: EntryResult }): JSX.Element {
  const { route } = usePage();
  return (
    <>
      <a href={writeRoute({ ...route, tab: 'run', event: entry.n })}>#{entry.n}</a>{' '}
      <Text>{`${entry.process}: ${wordsOf(entry)}`}</Text> ({duration(entry.timeUs)})
    </>
  );
}
