/** The crash matrix: every operation of a small workload by every single fault that fits it. */
import type { JSX } from 'preact';
import type { MatrixCell, MatrixResult } from '../../../../properties/runner/result.ts';
import { shellWord } from '../../../replay.ts';
import { count } from '../../../text.ts';
import type { PlannedVariant } from '../../plan.ts';
import { usePage } from '../context.ts';
import { Command, Link, Table, Text } from '../parts/ui.tsx';

export function MatrixView(): JSX.Element {
  const { variants } = usePage();
  const made = variants.filter(({ of }) => of.matrix !== undefined);
  return (
    <>
      <h1>Crash matrix</h1>
      {made.length === 0 && <None of={variants[0]} />}
      {made.map((variant) => (
        <Matrix key={variant.id} variant={variant} of={variant.of.matrix as MatrixResult} />
      ))}
    </>
  );
}

function None({ of }: { of: PlannedVariant | undefined }): JSX.Element {
  return (
    <>
      <p>A campaign searches; the matrix tries every operation with every single fault that fits. It is made by:</p>
      <Command text={`npx eddy matrix ${shellWord(of?.of.scenario ?? 'SCENARIO')}`} />
    </>
  );
}

function Matrix({ variant: { id, of: scenario }, of }: { variant: PlannedVariant; of: MatrixResult }): JSX.Element {
  const kinds = [...new Set(of.table.map(({ kind }) => kind))];
  const rows = [...new Set(of.table.map(({ row }) => row))];
  const cells = new Map(of.table.map((cell) => [`${cell.row}\n${cell.kind}`, cell]));
  const facts = [
    count(of.sites, 'site'),
    count(of.cells, 'cell'),
    `${of.tried} tried`,
    `${of.failed} failed`,
    `${of.noEffect} without effect`,
    `${of.notReached} not reached`,
    `${of.notRun} not run`,
    `${of.pairs.tried} of ${of.pairs.possible} pairs tried, ${of.pairs.failed} failed`,
  ];
  return (
    <section aria-label={`Crash matrix of ${scenario.scenario}`}>
      <h2>
        <Link to={{ view: 'variant', of: id }}>
          <Text>{`${scenario.scenario} / ${scenario.variant}`}</Text>
        </Link>
      </h2>
      <p class="muted">{facts.join(' · ')}</p>
      <p class="muted">
        ✓ tried, all hold · ✗ some fail: how many of how many · ○ not reached · empty: the fault does not fit
      </p>
      <Table caption="Operations by faults" heads={['Operation', ...kinds]}>
        {rows.map((row) => (
          <tr key={row}>
            <th scope="row">
              <Text>{row}</Text>
            </th>
            {kinds.map((kind) => (
              <Cell key={kind} of={cells.get(`${row}\n${kind}`)} />
            ))}
          </tr>
        ))}
      </Table>
      <Missed of={of} />
    </section>
  );
}

function Cell({ of }: { of: MatrixCell | undefined }): JSX.Element {
  if (!of) return <td />;
  const { cells, tried, failed, failing } = of;
  if (tried === 0) return <td class="cell none">○ {cells}</td>;
  if (failed === 0)
    return (
      <td class="cell good">
        ✓ {tried}
        {tried < cells ? ` of ${cells}` : ''}
      </td>
    );
  return (
    <td class="cell bad">
      <details>
        <summary>
          ✗ {failed}/{tried}
        </summary>
        <ul>
          {failing.map((plan) => (
            <li key={plan.join('\n')}>
              <Text>{plan.join('; ')}</Text>
            </li>
          ))}
        </ul>
      </details>
    </td>
  );
}

function Missed({ of: { missed } }: { of: MatrixResult }): JSX.Element | null {
  if (missed.length === 0) return null;
  return (
    <details>
      <summary>{count(missed.length, 'cell')} not reached, and why</summary>
      <ul>
        {missed.map(({ sentences, cause }) => (
          <li key={sentences.join('\n')}>
            <Text>{sentences.join('; ')}</Text>: <Text>{cause}</Text>
          </li>
        ))}
      </ul>
    </details>
  );
}
