/** Fault coverage: how often each kind of fault was planned, came up, and changed something. */
import type { JSX } from 'preact';
import type { ScenarioResult } from '../../../../properties/runner/result.ts';
import { usePage } from '../context.ts';
import { Link, Table, Text } from '../parts/ui.tsx';

export function FaultsView(): JSX.Element {
  const { groups, variants } = usePage();
  const kinds = [...new Set(variants.flatMap(({ of }) => of.faults.map(({ kind }) => kind)))].toSorted();
  return (
    <>
      <h1>Fault coverage</h1>
      <p class="muted">
        How many faults of each kind took effect, of those that were planned. Empty: the kind is not in the scenario's
        fault model, or was not tried. A campaign counts by kind alone: which operations were struck, and which never,
        is in the <Link to={{ view: 'matrix' }}>crash matrix</Link>.
      </p>
      {kinds.length === 0 && <p>No fault was planned.</p>}
      {kinds.length > 0 && (
        <Table caption="Faults that took effect" heads={['Scenario', 'Variant', ...kinds]}>
          {groups.map((group) =>
            group.variants.map(({ id, of }, n) => (
              <tr key={id}>
                {n === 0 && (
                  <th scope="rowgroup" rowSpan={group.variants.length} class="group">
                    <Text>{of.scenario}</Text>
                  </th>
                )}
                <th scope="row">
                  <Link to={{ view: 'variant', of: id }}>
                    <Text>{of.variant}</Text>
                  </Link>
                </th>
                {kinds.map((kind) => (
                  <Cell key={kind} of={of} kind={kind} />
                ))}
              </tr>
            )),
          )}
        </Table>
      )}
    </>
  );
}

function Cell({ of, kind }: { of: ScenarioResult; kind: string }): JSX.Element {
  const coverage = of.faults.find((one) => one.kind === kind);
  if (!coverage) {
    const reason = of.without[kind];
    return (
      <td class="number empty">{reason === undefined ? '' : <abbr title={`left out: ${reason}`}>left out</abbr>}</td>
    );
  }
  const { planned, tookEffect } = coverage;
  const share = planned === 0 ? 0 : tookEffect / planned;
  return (
    <td class={`number heat ${tookEffect === 0 ? 'never' : ''}`} style={{ '--share': share }}>
      {tookEffect === 0 ? 'never' : tookEffect}
      <small> / {planned}</small>
    </td>
  );
}

/** Of one variant, in full. */
export function CoverageTable({ of }: { of: ScenarioResult }): JSX.Element {
  if (of.faults.length === 0) return <p class="muted">No fault was planned.</p>;
  return (
    <Table caption="Faults tried" heads={['Kind', 'Planned', 'Reached', 'Took effect', 'Share']}>
      {of.faults.map(({ kind, planned, reached, tookEffect }) => (
        <tr key={kind} class={tookEffect === 0 ? 'weak' : ''}>
          <th scope="row">
            <code>
              <Text>{kind}</Text>
            </code>
          </th>
          <td class="number">{planned}</td>
          <td class="number">{reached}</td>
          <td class="number">
            {tookEffect} {tookEffect === 0 && <span class="tag">never</span>}
          </td>
          <td>
            <span
              class="meter wide"
              style={{ '--share': planned === 0 ? 0 : tookEffect / planned }}
              aria-hidden="true"
            />
          </td>
        </tr>
      ))}
    </Table>
  );
}
