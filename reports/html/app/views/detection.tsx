/** Detection power: how many runs it took to catch each wrong variant; measured over many seeds, else as this campaign shows it. */
import type { JSX } from 'preact';
import type { DetectionResult } from '../../../../properties/runner/result.ts';
import type { RunsToCatch } from '../../../../properties/runner/detection/interval.ts';
import { count } from '../../../text.ts';
import type { PlannedVariant } from '../../plan.ts';
import { usePage } from '../context.ts';
import { Command, Link, Pill, StandingPill, Table, Text } from '../parts/ui.tsx';

export function DetectionView(): JSX.Element {
  const { result, variants } = usePage();
  const wrong = variants.filter(({ of }) => of.expected !== 'pass');
  return (
    <>
      <h1>Detection</h1>
      {result.detection && <Measured of={result.detection} />}
      {wrong.length > 0 && <Once wrong={wrong} />}
      {!result.detection && (
        <>
          <p>
            How many runs it takes over many seeds, with an interval and beside the random baseline, is measured by:
          </p>
          <Command text="npx eddy detect --out eddy-report" />
        </>
      )}
    </>
  );
}

/** One campaign is one draw. */
function Once({ wrong }: { wrong: readonly PlannedVariant[] }): JSX.Element {
  const found = wrong.map(({ of }) => of.failures.find(({ property }) => property === of.expected)?.found.run);
  const scale = scaleTo(Math.max(2, ...wrong.map(({ of }, n) => found[n] ?? of.runs)));
  return (
    <>
      <p class="muted">Runs until the expected property failed, in this campaign, on a logarithmic scale.</p>
      <Table
        caption="Runs to catch, in this campaign"
        heads={['Scenario', 'Variant', 'Breaks', 'Outcome', 'Runs', 'On a scale']}
      >
        {wrong.map(({ id, of, standing, words }, n) => {
          const runs = found[n];
          return (
            <tr key={id}>
              <td>
                <Text>{of.scenario}</Text>
              </td>
              <th scope="row">
                <Link to={{ view: 'variant', of: id }}>
                  <Text>{of.variant}</Text>
                </Link>
              </th>
              <td>{of.expected}</td>
              <td>
                <StandingPill standing={standing} words={words} />
              </td>
              <td class="number">{runs ?? `> ${of.runs}`}</td>
              <td>
                <span class="meter wide" style={{ '--share': scale(runs ?? of.runs) }} aria-hidden="true" />
              </td>
            </tr>
          );
        })}
      </Table>
    </>
  );
}

function scaleTo(most: number): (runs: number) => number {
  return (runs) => Math.log(Math.max(1, runs) + 1) / Math.log(most + 1);
}

function Measured({ of }: { of: DetectionResult }): JSX.Element {
  const { variants, correct, caps, seeds } = of;
  const scale = scaleTo(Math.max(caps.guided, caps.random));
  const caught = variants.filter((variant) => variant.caught).length;
  const alarms = correct.reduce((sum, { falseAlarms }) => sum + falseAlarms, 0);
  const runs = correct.reduce((sum, one) => sum + one.runs, 0);
  return (
    <>
      <p>
        {caught} of {count(variants.length, 'wrong variant')} caught; {count(alarms, 'false alarm')} in{' '}
        {count(runs, 'run')} of what is right.
      </p>
      <p class="muted">
        Median of {count(seeds, 'campaign')} with its 95 % interval, on a logarithmic scale. What was not caught counts
        as {caps.guided} runs guided, {caps.random} at random.
      </p>
      <Table
        caption="Runs to catch"
        heads={['Scenario', 'Variant', 'Breaks', 'Caught', 'Guided', 'Random', 'On a scale']}
      >
        {variants.map(({ scenario, variant, expected, caught: is, guided, random }) => (
          <tr key={`${scenario} ${variant}`}>
            <td>
              <Text>{scenario}</Text>
            </td>
            <th scope="row">
              <Text>{variant}</Text>
            </th>
            <td>
              <Text>{expected}</Text>
            </td>
            <td>
              <Pill tone={is ? 'good' : 'bad'}>{is ? 'caught' : 'missed'}</Pill>
            </td>
            <td class="number">{wordsOf(guided)}</td>
            <td class="number">{wordsOf(random)}</td>
            <td>
              <Interval of={guided} scale={scale} name="guided" />
              <Interval of={random} scale={scale} name="random" />
            </td>
          </tr>
        ))}
      </Table>
      <Table caption="What is right" heads={['Scenario', 'Runs', 'With an effect', 'False alarms']}>
        {correct.map(({ scenario, runs: all, struck, falseAlarms, violated }) => (
          <tr key={scenario}>
            <th scope="row">
              <Text>{scenario}</Text>
            </th>
            <td class="number">{all}</td>
            <td class="number">{struck}</td>
            <td>
              <Pill tone={falseAlarms === 0 ? 'good' : 'bad'}>{falseAlarms}</Pill> <Text>{violated.join(', ')}</Text>
            </td>
          </tr>
        ))}
      </Table>
    </>
  );
}

function wordsOf({ median, low, high, censored }: RunsToCatch): string {
  return `${median} (${low} to ${high}${censored > 0 ? `; ${censored} never` : ''})`;
}

interface IntervalOf {
  readonly of: RunsToCatch;
  readonly scale: (runs: number) => number;
  readonly name: string;
}

function Interval({ of: { median, low, high }, scale, name }: IntervalOf): JSX.Element {
  return (
    <span
      class={`interval ${name}`}
      aria-hidden="true"
      style={{ '--low': scale(low), '--high': scale(high), '--mid': scale(median) }}
    >
      <span class="mid" />
    </span>
  );
}
