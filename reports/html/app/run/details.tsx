/** The chosen entry: what it says, what led to it and what it led to, all that it holds, and the state of the world behind it. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { shownJson, visible } from '../../../text.ts';
import { duration } from '../../../time.ts';
import { usePage } from '../context.ts';
import { lineageOf } from '../model/trace.ts';
import type { Run } from '../model/run.ts';
import { Block, Button, Copy, Text } from '../parts/ui.tsx';
import { StatePane } from './state-pane.tsx';

interface Of {
  readonly run: Run;
  readonly choose: (n: number | undefined) => void;
}

export function Details({ run, choose }: Of): JSX.Element {
  const { route } = usePage();
  const at = route.event === undefined ? undefined : run.indexOf.get(route.event);
  if (at === undefined) return <Nothing run={run} choose={choose} />;
  return (
    <aside class="details" aria-label="The chosen entry">
      <Entry run={run} at={at} choose={choose} />
      <StatePane run={run} at={at} />
    </aside>
  );
}

/** Where to begin, for somebody who has chosen nothing. */
function Nothing({ run, choose }: Of): JSX.Element {
  const evidence = [...run.evidence].filter((n) => run.indexOf.has(n));
  const faults = run.entries.filter(({ kind }) => kind === 'fault');
  return (
    <aside class="details" aria-label="The chosen entry">
      <p class="muted">Choose an entry to see what led to it, what it led to, and what stores and queues held then.</p>
      {faults.length > 0 && <h3 class="label">Faults</h3>}
      <Entries run={run} of={faults.slice(0, 8).map(({ n }) => n)} choose={choose} />
      {evidence.length > 0 && <h3 class="label">Evidence</h3>}
      <Entries run={run} of={evidence.slice(0, 8)} choose={choose} />
    </aside>
  );
}

function Entry({ run, at, choose }: { run: Run; at: number; choose: Of['choose'] }): JSX.Element {
  const entry = run.entries[at] as Run['entries'][number];
  const { go } = usePage();
  const effects = run.effects(entry.n);
  const ids = run.traces[at] ?? [];
  const lineage = lineageOf(entry);
  return (
    <section>
      <h3>
        #{entry.n} <Text>{entry.kind}</Text>
      </h3>
      <p class="muted">
        {duration(entry.timeUs)} · <Text>{entry.process}</Text>
        {lineage !== '' && (
          <>
            {' '}
            · <Text>{lineage}</Text>
          </>
        )}
      </p>
      <p class="words">
        <Text>{run.words(at)}</Text>
      </p>
      <p class="tools">
        {ids.map((id) => (
          <Button key={id} onClick={() => go({ ids: new Map([[id, 'in']]) })}>
            Only <Text>{id}</Text>
          </Button>
        ))}
        <Copy text={() => shownJson(entry.data)} label="Copy" what="the data of this entry" />
      </p>
      {entry.causes.length > 0 && <h4 class="label">Caused by</h4>}
      <Entries run={run} of={entry.causes} choose={choose} />
      {effects.length > 0 && <h4 class="label">Led to</h4>}
      <Entries run={run} of={effects.slice(0, 20)} choose={choose} />
      <h4 class="label">Data</h4>
      <DataOf run={run} at={at} />
    </section>
  );
}

function DataOf({ run, at }: { run: Run; at: number }): JSX.Element {
  const text = useMemo(() => shownJson(run.entries[at]?.data), [run, at]);
  return <Block text={text} label="Data of the chosen entry" />;
}

function Entries({ run, of, choose }: { run: Run; of: readonly number[]; choose: Of['choose'] }): JSX.Element | null {
  if (of.length === 0) return null;
  return (
    <ul class="entries">
      {of.map((n) => {
        const at = run.indexOf.get(n);
        if (at === undefined) return <li key={n}>#{n}, which is not in this history</li>;
        return (
          <li key={n}>
            <button type="button" class="link" onClick={() => choose(n)}>
              #{n} <span class="who">{visible(run.entries[at]?.process ?? '')}</span> <Text>{run.words(at)}</Text>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
