/** Says what came in another order than in the twin. */
import type { JSX } from 'preact';
import { duration } from '../../../time.ts';
import { wordsOf } from '../../../words.ts';
import type { EntryResult } from '../../../../properties/runner/result.ts';
import { textOf } from '../../../fields.ts';
import { usePage } from '../context.ts';
import { numberedOf, type Turned, valueOf } from '../model/turned.ts';
import { writeRoute } from '../route.ts';
import { Text } from '../parts/ui.tsx';

export function TurnedNote({ turned: { first, second } }: { turned: Turned }): JSX.Element {
  const field = numberedOf(first, second);
  return (
    <p class="turned">
      <strong>Turned round:</strong> here <One entry={first} field={field} /> comes before{' '}
      <One entry={second} field={field} />; in the passing twin it comes behind it.
    </p>
  );
}

function One({ entry, field }: { entry: EntryResult; field: string | undefined }): JSX.Element {
  const { route } = usePage();
  const facts = [duration(entry.timeUs), ...(field === undefined ? [] : [`${field} ${textOf(valueOf(entry)[field])}`])];
  return (
    <>
      <a href={writeRoute({ ...route, tab: 'run', event: entry.n })}>#{entry.n}</a>{' '}
      <Text>{`${entry.process}: ${wordsOf(entry)} (${facts.join(', ')})`}</Text>
    </>
  );
}
