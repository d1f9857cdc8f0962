/** The minimal run, or the one that was found: as a diagram, beside its passing twin, as charts, by consumer groups, as a table. */
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
import { FoundNote } from './original.tsx';
import { TableView } from './table.tsx';
import { TwinView } from './twin.tsx';
import { TurnedNote } from './turned-note.tsx';

export function Runs({ of, histories }: { of: PlacedFailure; histories: Histories }): JSX.Element {
  const { route } = usePage();
  const { failure } = of;
  const isFound = route.original && histories.found.length > 0;
  const entries = isFound ? histories.found : histories.run;
  const { entriesCut: cut = 0, evidence = [], slice = [] } = isFound ? failure.found : failure;
  const turned = useMemo(() => (isFound ? undefined : turnedIn(failure, histories)), [entries]);
  const run = useMemo(() => runOf(entries, evidence, slice, turned), [entries]);
  const groups = useMemo(() => groupsOf(entries), [entries]);
  const tabs: readonly (readonly [Tab, string])[] = [
    ['run', 'Run'],
    ...(failure.twin && !isFound ? [['twin', 'Passing twin'] as const] : []),
    ['charts', 'Charts'],
    ...(groups.length > 0 ? [['groups', 'Consumer groups'] as const] : []),
    ['table', 'Table'],
  ];
  const tab = tabs.some(([name]) => name === route.tab) ? route.tab : 'run';
  return (
    <>
      {route.original && <FoundNote failure={failure} />}
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
      {tab === 'run' && <Explorer key={isFound} run={run} cut={cut} id={isFound ? `${of.id}-found` : of.id} />}
      {tab === 'twin' && <TwinView failure={failure} histories={histories} run={run} />}
      {tab === 'charts' && <ChartsView run={run} />}
      {tab === 'groups' && <GroupsView run={run} groups={groups} />}
      {tab === 'table' && <TableView run={run} cut={cut} />}
    </>
  );
}

function turnedIn({ twin, evidence, slice = [] }: FailureResult, histories: Histories): Turned | undefined {
  if (!twin) return undefined;
  const other = [...histories.run.slice(0, twin.partsAt), ...histories.twin];
  return turnedRound(histories.run, other, new Set([...evidence, ...slice]));
}
