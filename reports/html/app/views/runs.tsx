/** The minimal run: as a diagram, beside its passing twin, as charts, by consumer groups, as a table. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { FailureResult } from '../../../../properties/runner/result.ts';
import { type PlacedFailure, usePage } from '../context.ts';
import type { Histories } from '../data.ts';
import { groupsOf } from '../model/groups.ts';
import { runOf } from '../model/run.ts';
import { type Turned, turnedRound } from '../model/turned.ts';
import { type Tab, writeRoute } from '../route.ts';
import { Explorer } from '../run/explorer.tsx';
import { ChartsView } from './charts.tsx';
import { GroupsView } from './groups.tsx';
import { TableView } from './table.tsx';
import { TwinView } from './twin.tsx';
import { TurnedNote } from './turned-note.tsx';

export function Runs({ of, histories }: { of: PlacedFailure; histories: Histories }): JSX.Element {
  const { route } = usePage();
  const { failure } = of;
  const turned = useMemo(() => turnedIn(failure, histories), [histories, failure]);
  const run = useMemo(
    () => runOf(histories.run, failure.evidence, failure.slice ?? [], turned),
    [histories, failure, turned],
  );
  const groups = useMemo(() => groupsOf(histories.run), [histories]);
  const tabs: readonly (readonly [Tab, string])[] = [
    ['run', 'Run'],
    ...(failure.twin ? [['twin', 'Passing twin'] as const] : []),
    ['charts', 'Charts'],
    ...(groups.length > 0 ? [['groups', 'Consumer groups'] as const] : []),
    ['table', 'Table'],
  ];
  const tab = tabs.some(([name]) => name === route.tab) ? route.tab : 'run';
  return (
    <>
      {turned && <TurnedNote turned={turned} />}
      <nav aria-label="Views of the run" class="tabs">
        {tabs.map(([name, words]) => (
          <a
            key={name}
            href={writeRoute({ ...route, tab: name })}
            {...(tab === name ? { 'aria-current': 'page' } : {})}
          >
            {words}
          </a>
        ))}
      </nav>
      {tab === 'run' && <Explorer run={run} failure={failure} id={of.id} />}
      {tab === 'twin' && <TwinView failure={failure} histories={histories} run={run} />}
      {tab === 'charts' && <ChartsView run={run} />}
      {tab === 'groups' && <GroupsView run={run} groups={groups} />}
      {tab === 'table' && <TableView run={run} failure={failure} />}
    </>
  );
}

function turnedIn({ twin, evidence, slice = [] }: FailureResult, histories: Histories): Turned | undefined {
  if (!twin) return undefined;
  const other = [...histories.run.slice(0, twin.partsAt), ...histories.twin];
  return turnedRound(histories.run, other, new Set([...evidence, ...slice]));
}
