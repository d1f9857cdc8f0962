/** One scenario in one variant: its properties in groups, its faults, what it claims, its failures. */
import type { JSX } from 'preact';
import type { PropertyResult, ScenarioResult } from '../../../../properties/runner/result.ts';
import { failureLabel, isTrouble, propertyLabel } from '../../../standing.ts';
import { count, shownJson } from '../../../text.ts';
import type { PlannedVariant } from '../../plan.ts';
import { usePage } from '../context.ts';
import { Block, Link, Pill, StandingPill, Table, Text, VerdictPill } from '../parts/ui.tsx';
import { CoverageTable } from './faults.tsx';

export function VariantView(): JSX.Element {
  const { variants, route, groups } = usePage();
  const variant = variants.find(({ id }) => id === route.of) ?? variants[0];
  if (!variant) return <p>No scenario ran.</p>;
  const { of, standing, words } = variant;
  const siblings = groups.find((group) => group.variants.includes(variant))?.variants ?? [];
  const facts = [
    `${of.runs} runs`,
    `seed ${of.seed}`,
    ...(of.digest === undefined ? [] : [`digest ${of.digest}`]),
    ...(of.expected === 'pass' ? [] : [`expected: ${of.expected} fails`]),
    ...(of.unended ? [of.unended.says] : []),
  ];
  return (
    <article class={isTrouble(standing) ? 'trouble' : ''}>
      <h1>
        <Text>{of.scenario}</Text> <span class="muted">/</span> <Text>{of.variant}</Text>{' '}
        <StandingPill standing={standing} words={words} />
      </h1>
      <p class="story">
        <Text>{of.story}</Text>
      </p>
      {of.because !== undefined && (
        <p class="because">
          Wrong: <Text>{of.because}</Text>
        </p>
      )}
      <p class="muted">{facts.join(' · ')}</p>
      {siblings.length > 1 && <Siblings of={variant} all={siblings} />}
      <Failures variant={variant} />
      <Diverged of={of} />
      <Saved of={of} />
      <h2>Properties</h2>
      <Properties of={of} />
      <h2>Faults</h2>
      <CoverageTable of={of} />
      <Model of={of} />
    </article>
  );
}

function Siblings({ of, all }: { of: PlannedVariant; all: readonly PlannedVariant[] }): JSX.Element {
  return (
    <nav aria-label="Variants of this scenario" class="chips">
      {all.map((variant) => (
        <Link key={variant.id} to={{ view: 'variant', of: variant.id }} current={variant === of}>
          <Text>{variant.of.variant}</Text>
        </Link>
      ))}
    </nav>
  );
}

function Failures({ variant: { failures } }: { variant: PlannedVariant }): JSX.Element | null {
  if (failures.length === 0) return null;
  return (
    <>
      <h2>Failures</h2>
      <ul class="cards">
        {failures.map(({ id, failure }) => (
          <li key={id} class="card">
            <Link to={{ view: 'failure', of: id }}>
              <Text>{failureLabel(failure)}</Text>
            </Link>
            : <Text>{failure.says}</Text>
            <p class="muted">
              {failure.faults.length === 0 ? (
                'without any fault'
              ) : (
                <Text>{failure.faults.map(({ sentence }) => sentence).join('; ')}</Text>
              )}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}

const KINDS = [
  ['safety', 'Safety: nothing bad happens'],
  ['liveness', 'Liveness: something good happens in the end'],
] as const;

function Properties({ of }: { of: ScenarioResult }): JSX.Element {
  return (
    <>
      {KINDS.map(([kind, title]) => {
        const own = of.properties.filter((property) => property.kind === kind);
        if (own.length === 0) return null;
        return (
          <Table key={kind} caption={title} heads={['Property', 'Verdict', 'Runs that exercised it', 'What it says']}>
            {own.map((property) => (
              <Property key={`${property.id} ${property.name}`} of={property} runs={of.runs} />
            ))}
          </Table>
        );
      })}
    </>
  );
}

function Property({ of, runs }: { of: PropertyResult; runs: number }): JSX.Element {
  const { verdict, exercised, says } = of;
  const share = runs === 0 ? 0 : exercised / runs;
  return (
    <tr>
      <th scope="row">
        <Text>{propertyLabel(of)}</Text>
      </th>
      <td>
        <VerdictPill verdict={verdict} />
      </td>
      <td class="number">
        {exercised} <span class="meter" style={{ '--share': share }} aria-hidden="true" />
      </td>
      <td class="says">
        <Text>{says ?? ''}</Text>
      </td>
    </tr>
  );
}

function Model({ of: { assumes, without } }: { of: ScenarioResult }): JSX.Element | null {
  const left = Object.entries(without);
  if (assumes.length + left.length === 0) return null;
  return (
    <>
      <h2>Fault model</h2>
      <dl class="model">
        {assumes.length > 0 && <dt>Assumes</dt>}
        {assumes.map((text) => (
          <dd key={text}>
            <Text>{text}</Text>
          </dd>
        ))}
        {left.length > 0 && <dt>Kinds of fault left out</dt>}
        {left.map(([kind, reason]) => (
          <dd key={kind}>
            <code>{kind}</code>: <Text>{reason}</Text>
          </dd>
        ))}
      </dl>
    </>
  );
}

const SAVED = {
  fixed: 'good',
  moved: 'good',
  reproduced: 'bad',
  diverged: 'bad',
  'no-effect': 'unsure',
  stale: 'unsure',
} as const;

function Saved({ of: { saved = [] } }: { of: ScenarioResult }): JSX.Element | null {
  if (saved.length === 0) return null;
  return (
    <>
      <h2>{count(saved.length, 'saved failure')} replayed first</h2>
      <Table caption="Saved failures" heads={['File', 'Property', 'Now']}>
        {saved.map(({ file, property, name, verdict, says }) => (
          <tr key={file}>
            <th scope="row">
              <code>{file}</code>
            </th>
            <td>
              <Text>{propertyLabel({ id: property, name })}</Text>
            </td>
            <td>
              <Pill tone={SAVED[verdict]}>{verdict}</Pill> <span class="says">{says.join('; ')}</span>
            </td>
          </tr>
        ))}
      </Table>
    </>
  );
}

function Diverged({ of: { diverged } }: { of: ScenarioResult }): JSX.Element | null {
  if (!diverged) return null;
  const side = (title: string, entry: unknown): JSX.Element => (
    <div>
      <h3>{title}</h3>
      <Block text={entry === null ? 'no entry' : shownJson(entry)} label={title} />
    </div>
  );
  return (
    <section class="diverged">
      <h2>Not deterministic</h2>
      <p>
        <Text>{diverged.says}</Text>
      </p>
      <p class="muted">First difference at entry {diverged.at}</p>
      <div class="pair">
        {side('First run', diverged.first)}
        {side('Second run', diverged.second)}
      </div>
    </section>
  );
}
