/** The faults that the failure takes; behind a toggle all those that it was found with, the needless ones struck out. */
import type { JSX } from 'preact';
import type { FailureResult } from '../../../../properties/runner/result.ts';
import { count } from '../../../text.ts';
import { usePage } from '../context.ts';
import { Button, Text } from '../parts/ui.tsx';

export function Original({ failure }: { failure: FailureResult }): JSX.Element {
  const { route, go } = usePage();
  const { found } = failure;
  const more =
    found.history !== undefined || found.faults.length > failure.faults.length || found.items > failure.workload.length;
  return (
    <>
      {route.original ? <Before failure={failure} /> : <Minimal failure={failure} />}
      {more && (
        <Button aria-pressed={route.original} onClick={() => go({ original: !route.original, event: undefined })}>
          {`As it was found: ${count(found.faults.length, 'fault')}, ${count(found.items, 'item')}`}
        </Button>
      )}
    </>
  );
}

function Minimal({ failure: { faults } }: { failure: FailureResult }): JSX.Element {
  if (faults.length === 0) return <p>No fault at all: the workload alone breaks it.</p>;
  return (
    <ol class="faults">
      {faults.map(({ sentence, kind, needed }) => (
        <li key={sentence}>
          <code class="sentence">
            <Text>{sentence}</Text>
          </code>{' '}
          <span class={needed ? 'tag needed' : 'tag'}>{needed ? 'needed' : 'not needed'}</span>{' '}
          <span class="muted">
            <Text>{kind}</Text>
          </span>
        </li>
      ))}
    </ol>
  );
}

function Before({ failure: { faults, found } }: { failure: FailureResult }): JSX.Element {
  const kept = new Set(faults.map(({ sentence }) => sentence));
  return (
    <div class="before" role="group" aria-label="Faults that it was found with" tabIndex={0}>
      <ol class="faults">
        {found.faults.map((sentence, n) => (
          // The same sentence may stand twice.
          // oxlint-disable-next-line no-array-index-key
          <li key={n}>
            {kept.has(sentence) ? (
              <code class="sentence">
                <Text>{sentence}</Text>
              </code>
            ) : (
              <s>
                <Text>{sentence}</Text>
              </s>
            )}{' '}
            <span class={kept.has(sentence) ? 'tag needed' : 'tag'}>{kept.has(sentence) ? 'kept' : 'shrunk away'}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Above the run, so that nobody takes it for the minimal one. */
export function FoundNote({ failure: { found } }: { failure: FailureResult }): JSX.Element {
  const { faults, items, history, entriesCut = 0, evidence = [] } = found;
  const kept = history !== undefined;
  return (
    <p class="turned">
      <strong>{kept ? 'The run as it was found' : 'The minimal run'}</strong>
      {kept
        ? `, before shrinking: ${count(faults.length, 'fault')}, ${count(items, 'item')}.`
        : ': no history was kept of the run as it was found.'}
      {entriesCut > 0 && ` Its first entries; ${count(entriesCut, 'entry', 'entries')} behind them were not kept.`}
      {entriesCut > 0 && evidence.length === 0 && ' What shows the violation is among those.'}
    </p>
  );
}
