/** The campaign at a glance: what it came to, what went wrong, every variant. */
import type { JSX } from 'preact';
import { campaignCommand } from '../../../replay.ts';
import { failureLabel, isTrouble, tally, verdictWord, withoutEffect } from '../../../standing.ts';
import { isFresh, sinceSentences } from '../../../since.ts';
import { usePage } from '../context.ts';
import { Command, Link, StandingPill, Table, Text } from '../parts/ui.tsx';
import type { PlannedVariant } from '../../plan.ts';
import { toneOf } from '../app.tsx';

export function Overview(): JSX.Element {
  const { result, groups, variants } = usePage();
  return (
    <>
      <section class={`top ${toneOf(result)}`} aria-labelledby="verdict">
        <h1 id="verdict">{verdictWord(result)}</h1>
        <p class="tally">{tally(result)}.</p>
        <Troubles />
        {sinceSentences(result).map((sentence) => (
          <p key={sentence}>
            <Text>{sentence}</Text>.
          </p>
        ))}
        <dl class="facts">
          <div>
            <dt>Seed</dt>
            <dd>
              <code>{result.seed}</code>
            </dd>
          </div>
          <div>
            <dt>Exit code</dt>
            <dd>
              <code>{result.exitCode}</code>
            </dd>
          </div>
          <div class="wide">
            <dt>Command</dt>
            <dd>
              <Command text={campaignCommand(result)} />
            </dd>
          </div>
        </dl>
      </section>
      <h2>Scenarios</h2>
      <Table caption="Scenarios and variants" heads={['Scenario', 'Variant', 'Outcome', 'Violates', 'Runs']}>
        {groups.map((group) =>
          group.variants.map((variant, n) => (
            <Row key={variant.id} variant={variant} first={n === 0} of={group.variants.length} />
          )),
        )}
      </Table>
      {variants.length === 0 && <p class="muted">No scenario ran.</p>}
    </>
  );
}

function Row({ variant, first, of }: { variant: PlannedVariant; first: boolean; of: number }): JSX.Element {
  const { result } = usePage();
  const { id, standing, words, failures } = variant;
  const { scenario, variant: name, runs } = variant.of;
  return (
    <tr class={isTrouble(standing) ? 'trouble' : ''}>
      {first && (
        <th scope="rowgroup" rowSpan={of} class="group">
          <Text>{scenario}</Text>
        </th>
      )}
      <th scope="row">
        <Link to={{ view: 'variant', of: id }}>
          <Text>{name}</Text>
        </Link>
      </th>
      <td>
        <StandingPill standing={standing} words={words} />
      </td>
      <td>
        {failures.map(({ id: own, failure }, n) => (
          <span key={own}>
            {n > 0 && ', '}
            <Link to={{ view: 'failure', of: own }}>
              <Text>{failureLabel(failure)}</Text>
            </Link>{' '}
            {isFresh(result, failure) && <span class="tag needed">new</span>}
          </span>
        ))}
      </td>
      <td class="number">{runs}</td>
    </tr>
  );
}

/** Why the campaign failed, or says less than it could. */
function Troubles(): JSX.Element | null {
  const { variants } = usePage();
  const lines = [...variants.flatMap(wrong), ...variants.flatMap(open)];
  return lines.length === 0 ? null : <ul class="troubles">{lines}</ul>;
}

function wrong(variant: PlannedVariant): JSX.Element[] {
  const { id, of, standing, words, failures } = variant;
  const name = nameOf(variant);
  const lines: JSX.Element[] = [];
  if (of.diverged)
    lines.push(
      <li key={`${id} diverged`}>
        <Link to={{ view: 'variant', of: id }}>{name}</Link>: <Text>{of.diverged.says}</Text>
      </li>,
    );
  if (!isTrouble(standing)) return lines;
  if (standing === 'missed' || failures.length === 0)
    lines.push(
      <li key={id}>
        <Link to={{ view: 'variant', of: id }}>{name}</Link> {words}
      </li>,
    );
  else
    for (const { id: own, failure } of failures)
      lines.push(
        <li key={own}>
          <Link to={{ view: 'failure', of: own }}>
            {name} breaks <Text>{failureLabel(failure)}</Text>
          </Link>
          : <Text>{failure.says}</Text>
        </li>,
      );
  return lines;
}

function open(variant: PlannedVariant): JSX.Element[] {
  if (variant.standing !== 'inconclusive') return [];
  const unknown = variant.of.properties.filter(({ verdict }) => verdict === 'unknown').map(({ id }) => id);
  const kinds = withoutEffect(variant.of);
  const says = [
    unknown.length > 0 ? `nothing can be said of ${unknown.join(', ')}` : '',
    kinds.length > 0 ? `no effect was seen of ${kinds.join(', ')}` : '',
  ].filter(Boolean);
  return [
    <li key={variant.id}>
      <Link to={{ view: 'variant', of: variant.id }}>{nameOf(variant)}</Link> is inconclusive
      {says.length > 0 && <Text>{`: ${says.join('; ')}`}</Text>}
    </li>,
  ];
}

function nameOf({ of }: PlannedVariant): JSX.Element {
  return <Text>{of.variant === 'correct' ? of.scenario : `${of.scenario} / ${of.variant}`}</Text>;
}
