/** The campaign map: seeds downwards, kinds of fault across; in each cell how many runs it struck, and how many of those failed. */
import type { JSX } from 'preact';
import type { MapRow } from '../../../../properties/runner/result.ts';
import { count } from '../../../text.ts';
import type { PlannedVariant } from '../../plan.ts';
import { usePage } from '../context.ts';
import { Link, StandingPill, Table, Text } from '../parts/ui.tsx';

export function MapView(): JSX.Element {
  const { variants, route, go } = usePage();
  const mapped = variants.filter(({ of }) => (of.map?.length ?? 0) > 0);
  const shown = mapped.find(({ id }) => id === route.of) ?? mapped[0];
  return (
    <>
      <h1>Campaign map</h1>
      {!shown && <p>This result holds no map: it was made by another command, or by an earlier version.</p>}
      {shown && (
        <>
          <label class="field">
            Variant{' '}
            <select value={shown.id} onChange={({ currentTarget }) => go({ of: currentTarget.value })}>
              {mapped.map(({ id, of }) => (
                <option key={id} value={id}>{`${of.scenario} / ${of.variant}`}</option>
              ))}
            </select>
          </label>
          <Rows variant={shown} rows={shown.of.map ?? []} />
        </>
      )}
    </>
  );
}

function Rows({ variant, rows }: { variant: PlannedVariant; rows: readonly MapRow[] }): JSX.Element {
  const kinds = [...new Set(rows.flatMap((row) => Object.keys(row.kinds)))].toSorted();
  const most = Math.max(1, ...rows.flatMap((row) => Object.values(row.kinds).map(([struck]) => struck)));
  return (
    <>
      <p>
        <Link to={{ view: 'variant', of: variant.id }}>
          <Text>{`${variant.of.scenario} / ${variant.of.variant}`}</Text>
        </Link>{' '}
        <StandingPill standing={variant.standing} words={variant.words} />
      </p>
      <p class="muted">
        Each row is one seed with its workload: {count(rows.length, 'seed')}. A number: in how many of its runs a fault
        of that kind took effect. ✗: how many of those failed.
      </p>
      <Table caption="Seeds by kinds of fault" heads={['Seed', 'Runs', 'Failed', ...kinds]}>
        {rows.map(({ seed, runs, failed, kinds: of }) => (
          <tr key={seed}>
            <th scope="row" class="number">
              {seed}
            </th>
            <td class="number">{runs}</td>
            <td class={`number ${failed > 0 ? 'cell bad' : ''}`}>{failed > 0 ? `✗ ${failed}` : '0'}</td>
            {kinds.map((kind) => (
              <Cell key={kind} of={of[kind]} most={most} />
            ))}
          </tr>
        ))}
      </Table>
    </>
  );
}

function Cell({ of, most }: { of: readonly [number, number] | undefined; most: number }): JSX.Element {
  const [struck, failed] = of ?? [0, 0];
  if (struck === 0) return <td class="number empty" />;
  return (
    <td class={`number ${failed > 0 ? 'cell bad' : 'heat'}`} style={{ '--share': struck / most }}>
      {struck}
      {failed > 0 && ` ✗ ${failed}`}
    </td>
  );
}
