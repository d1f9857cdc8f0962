/** The run as a table: the diagram for those who read, with all that every entry holds. */
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { count, shownJson } from '../../../text.ts';
import { duration } from '../../../time.ts';
import { usePage } from '../context.ts';
import { filtered } from '../model/filter.ts';
import type { Run } from '../model/run.ts';
import { Block, Button, Table, Text } from '../parts/ui.tsx';
import { writeRoute } from '../route.ts';

const PAGE = 200;

/** @param cut how many entries the result left out */
export function TableView({ run, cut }: { run: Run; cut: number }): JSX.Element {
  const { route, go } = usePage();
  const shown = useMemo(() => filtered(run, route), [run, route]);
  const chosen = route.event === undefined ? undefined : run.indexOf.get(route.event);
  const start = chosen === undefined ? 0 : Math.floor(Math.max(0, shown.indexOf(chosen)) / PAGE);
  const [page, setPage] = useState(start);
  const pages = Math.max(1, Math.ceil(shown.length / PAGE));
  const at = Math.min(page, pages - 1);
  return (
    <section aria-label="Entries of the run">
      <div class="toolbar" role="group" aria-label="Table">
        <input
          type="search"
          placeholder="Search"
          aria-label="Search in the entries"
          value={route.text}
          onInput={({ currentTarget }) => go({ text: currentTarget.value })}
        />
        <Button disabled={at === 0} onClick={() => setPage(at - 1)}>
          Before
        </Button>
        <span role="status">
          Page {at + 1} of {pages}, {count(shown.length, 'entry', 'entries')}
          {cut > 0 && `; ${cut} more were not kept`}
        </span>
        <Button disabled={at >= pages - 1} onClick={() => setPage(at + 1)}>
          Next
        </Button>
      </div>
      <Table caption="Entries of the run" heads={['#', 'Time', 'Process', 'Kind', 'What happened', 'Causes', 'Data']}>
        {shown.slice(at * PAGE, (at + 1) * PAGE).map((index) => (
          <Entry key={index} run={run} at={index} />
        ))}
      </Table>
    </section>
  );
}

function Entry({ run, at }: { run: Run; at: number }): JSX.Element {
  const { route } = usePage();
  const [open, setOpen] = useState(false);
  const { n, timeUs, process, kind, causes, data } = run.entries[at] as Run['entries'][number];
  const isEvidence = run.evidence.has(n);
  return (
    <tr class={[isEvidence && 'evidence', n === route.event && 'chosen'].filter(Boolean).join(' ')}>
      <th scope="row" class="number">
        <a href={writeRoute({ ...route, tab: 'run', event: n })}>#{n}</a>
      </th>
      <td class="number">{duration(timeUs)}</td>
      <td>
        <Text>{process}</Text>
      </td>
      <td>
        <Text>{kind}</Text>
      </td>
      <td>
        <Text>{run.words(at)}</Text> {isEvidence && <span class="tag proof">evidence</span>}
      </td>
      <td>{causes.map((cause) => `#${cause}`).join(' ')}</td>
      <td>
        <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
          <summary aria-label={`Data of entry ${n}`}>data</summary>
          {open && <Block text={shownJson(data)} label={`Data of entry ${n}`} />}
        </details>
      </td>
    </tr>
  );
}
