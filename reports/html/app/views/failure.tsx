/** A failure: what it says, what it takes, how to see it again; below, its minimal run in as many views as there are questions. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { FailureResult } from '../../../../properties/runner/result.ts';
import { replayCommands } from '../../../replay.ts';
import { failureLabel, foundWords, threwWords } from '../../../standing.ts';
import { count, shownList } from '../../../text.ts';
import { type PlacedFailure, usePage } from '../context.ts';
import { type Histories, readHistories } from '../data.ts';
import { Block, Command, Link, Text } from '../parts/ui.tsx';
import { Original } from './original.tsx';
import { Runs } from './runs.tsx';

export function FailureView(): JSX.Element {
  const { failures, route } = usePage();
  const shown = failures.find(({ id }) => id === route.of) ?? failures.find(({ open }) => open) ?? failures[0];
  if (!shown) return <NoFailure />;
  return (
    <article class="failure">
      <Where of={shown} />
      <Said failure={shown.failure} />
      <Takes failure={shown.failure} />
      <Diagrams key={shown.id} of={shown} />
      <FoundAs failure={shown.failure} />
    </article>
  );
}

function NoFailure(): JSX.Element {
  return (
    <>
      <h1>No failure</h1>
      <p>No property failed in this campaign.</p>
    </>
  );
}

/** Which failure it is, and the way to all others. */
function Where({ of }: { of: PlacedFailure }): JSX.Element {
  const { failures, go } = usePage();
  const { failure, variant } = of;
  return (
    <div class="where">
      <p class="crumbs">
        <Link to={{ view: 'variant', of: variant.id }}>
          <Text>{`${failure.scenario} / ${failure.variant}`}</Text>
        </Link>
      </p>
      {failures.length > 1 && (
        <label class="field">
          Failure{' '}
          <select
            value={of.id}
            onChange={({ currentTarget }) => go({ ...RESET, view: 'failure', of: currentTarget.value }, true)}
          >
            {failures.map(({ id, failure: other }) => (
              <option key={id} value={id}>
                {`${other.scenario} / ${other.variant}: ${failureLabel(other)}`}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}

/** What is set for one history means nothing in another. */
const RESET = { event: undefined, lanes: new Map(), kinds: new Map(), types: new Map(), ids: new Map(), text: '' };

function Said({ failure }: { failure: FailureResult }): JSX.Element {
  const { says, happened, thrown, outcome, why } = failure;
  const words = { quiet: 'The run went quiet', stuck: 'The run got stuck', bound: 'The run passed a bound' }[outcome];
  return (
    <>
      <h1>
        <Text>{failureLabel(failure)}</Text> fails
      </h1>
      <p class="says big">
        <Text>{says}</Text>
      </p>
      {happened !== undefined && <Sentence title="What happened" text={happened} />}
      {thrown && <Sentence title="Nobody caught" text={threwWords(thrown)} />}
      {why.length > 0 && <Sentence title={words} text={why.join('; ')} of="ending" />}
    </>
  );
}

function Sentence({ title, text, of = 'happened' }: { title: string; text: string; of?: string }): JSX.Element {
  return (
    <p class={of}>
      <strong>{title}</strong>
      <Text>{`: ${text}.`}</Text>
    </p>
  );
}

function Takes({ failure }: { failure: FailureResult }): JSX.Element {
  const commands = replayCommands(failure);
  const { workload } = failure;
  const { original } = usePage().route;
  return (
    <div class="pair takes">
      <Box title={original ? 'What it was found with' : 'What it takes'}>
        <Original failure={failure} />
      </Box>
      <Box title={`${original ? 'Minimal w' : 'W'}orkload: ${count(workload.length, 'item')}`}>
        <Block text={shownList(workload)} label="Minimal workload" />
      </Box>
      <Box title="Replay">
        {commands ? (
          <>
            <Command text={commands.installed} />
            {commands.clone !== commands.installed && (
              <details class="small">
                <summary>In a clone of the project</summary>
                <Command text={commands.clone} />
              </details>
            )}
          </>
        ) : (
          <p>Nothing was saved that replays it: run the campaign again.</p>
        )}
        <Nearby failure={failure} />
      </Box>
    </div>
  );
}

function Box({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  return (
    <section>
      <h2 class="label">{title}</h2>
      {children}
    </section>
  );
}

/** Whether it takes luck: the same plan under other seeds. */
function Nearby({ failure: { neighbourhood } }: { failure: FailureResult }): JSX.Element | null {
  const { runs, failed } = neighbourhood;
  if (runs === 0) return null;
  return (
    <p class="muted">
      Under other seeds {failed} of {count(runs, 'run')} of this plan fail, too.{' '}
      <span class="meter" style={{ '--share': failed / runs }} aria-hidden="true" />
    </p>
  );
}

function Diagrams({ of }: { of: PlacedFailure }): JSX.Element {
  const [histories, setHistories] = useState<Histories>();
  useEffect(() => {
    let isCurrent = true;
    void readHistories(of.nth).then((read) => isCurrent && setHistories(read));
    return () => {
      isCurrent = false;
    };
  }, [of.nth]);
  if (!histories) return <p class="muted">Reading the history…</p>;
  if (histories.run.length === 0) return <p class="muted">No history was kept of the minimal run.</p>;
  return <Runs of={of} histories={histories} />;
}

function FoundAs({ failure }: { failure: FailureResult }): JSX.Element {
  const { found, faults, workload, digest, seed, cutShort } = failure;
  const words = foundWords(failure);
  const before = `${count(found.faults.length, 'fault')} and ${count(found.items, 'item')}`;
  const after = `${count(faults.length, 'fault')} and ${count(workload.length, 'item')}`;
  const isShrunk = found.strategy !== 'saved' && found.strategy !== 'pinned';
  return (
    <p class="muted">
      {words.charAt(0).toUpperCase()}
      {words.slice(1)}
      {isShrunk && ` with ${before}; shrunk to ${after}${cutShort ? ', cut short' : ''}`}. Seed {seed}, digest{' '}
      <code>{digest}</code>.
    </p>
  );
}
