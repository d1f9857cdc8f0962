/** The passing twin beside the failing run: aligned on what is equal, the first difference marked, what came at another time named. */
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { EntryResult, FailureResult, TwinResult } from '../../../../properties/runner/result.ts';
import { count } from '../../../text.ts';
import { duration } from '../../../time.ts';
import { wordsOf } from '../../../words.ts';
import { usePage } from '../context.ts';
import type { Histories } from '../data.ts';
import { aligned, type Pair } from '../model/alignment.ts';
import type { Run } from '../model/run.ts';
import { Button, Text } from '../parts/ui.tsx';
import { writeRoute } from '../route.ts';
import { Lane } from './twin-lane.tsx';

/** Equal rows beside a difference; more of them are folded up. */
const AROUND = 3;
const ROWS_MAX = 400;

interface Of {
  readonly failure: FailureResult;
  readonly histories: Histories;
  readonly run: Run;
}

export function TwinView({ failure, histories, run }: Of): JSX.Element {
  const { twin, faults } = failure;
  const [all, setAll] = useState(false);
  const pairs = useMemo(() => (twin ? pairsOf(histories, twin.partsAt) : []), [histories, twin]);
  const first = pairs.findIndex(({ run: one, twin: other }) => !one || !other);
  const lines = useMemo(() => folded(pairs, all), [pairs, all]);
  if (!twin) return <p>Every run that comes near fails, too: there is no passing twin.</p>;
  const shown = lines.slice(0, ROWS_MAX);
  const left = lines.length - shown.length;
  return (
    <section aria-labelledby="twin-title">
      <h2 id="twin-title" class="label">
        <Differs twin={twin} faults={faults.length} />
      </h2>
      <p class="muted">
        {count(twin.partsAt, 'entry', 'entries')} before the first difference are equal in both.
        {left + twin.entriesCut > 0 && ` ${count(left + twin.entriesCut, 'row')} behind are not shown.`} A bar on the
        left: it led to the violation.{' '}
        <Button aria-pressed={all} onClick={() => setAll(!all)}>
          Equal rows, too
        </Button>
      </p>
      <div class="scroll" role="group" aria-label="The failing run and its passing twin" tabIndex={0}>
        <table class="twin">
          <caption class="unseen">The failing run and its passing twin</caption>
          <thead>
            <tr>
              <th scope="col" colSpan={2}>
                This run: fails
              </th>
              <th scope="col" colSpan={2}>
                The twin: {twin.verdict === 'pass' ? 'holds' : 'does not fail'}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((line) =>
              typeof line === 'number' ? (
                <Row key={line} pair={pairs[line] as Pair} run={run} isFirst={line === first} />
              ) : (
                <tr key={line.from} class="fold">
                  <td colSpan={4}>{count(line.n, 'equal row')}</td>
                </tr>
              ),
            )}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function pairsOf({ run, twin }: Histories, partsAt: number): readonly Pair[] {
  const before = run.filter(({ n }) => n < partsAt).map((entry): Pair => ({ run: entry, twin: entry }));
  return [
    ...before,
    ...aligned(
      run.filter(({ n }) => n >= partsAt),
      twin,
    ),
  ];
}

type Line = number | { readonly from: number; readonly n: number };

/** Indexes of pairs, stretches of equal ones folded up. */
function folded(pairs: readonly Pair[], all: boolean): readonly Line[] {
  if (all) return pairs.map((_, at) => at);
  const near = new Set<number>();
  for (const [at, { run, twin }] of pairs.entries())
    if (!run || !twin) for (let by = -AROUND; by <= AROUND; by++) near.add(at + by);
  const lines: Line[] = [];
  for (let at = 0; at < pairs.length; ) {
    let end = at;
    while (end < pairs.length && !near.has(end)) end++;
    if (end - at > 1) lines.push({ from: at, n: end - at });
    else if (end > at) lines.push(at);
    if (end < pairs.length) lines.push(end);
    at = end + 1;
  }
  return lines;
}

function Differs({ twin: { without, seed, verdict }, faults }: { twin: TwinResult; faults: number }): JSX.Element {
  const ends = verdict === 'pass' ? 'the property holds' : 'the property does not fail';
  if (without === undefined)
    return (
      <>
        Under seed {seed} {ends}
      </>
    );
  if (faults === 1) return <>Without the fault {ends}</>;
  return (
    <>
      Without <Text>{without}</Text> {ends}
    </>
  );
}

function Row({ pair, run, isFirst }: { pair: Pair; run: Run; isFirst: boolean }): JSX.Element {
  const { run: own, twin, moved } = pair;
  const isEqual = own && twin;
  return (
    <tr class={isFirst ? 'first' : isEqual ? '' : moved ? 'moved' : 'differs'}>
      <Cells entry={own} run={run} isRun words={isFirst ? 'first difference' : ''} pair={pair} />
      <Cells entry={twin} run={run} words={isFirst && !own ? 'first difference' : ''} pair={pair} />
    </tr>
  );
}

interface CellsOf {
  readonly entry: EntryResult | undefined;
  readonly run: Run;
  readonly isRun?: boolean;
  readonly words: string;
  readonly pair: Pair;
}

function Cells({ entry, run, isRun = false, words, pair }: CellsOf): JSX.Element {
  const { route } = usePage();
  if (!entry) return <td class="none" colSpan={2} />;
  const isAlone = !pair.run || !pair.twin;
  const led = isRun && run.cone.has(entry.n);
  const note = !isAlone
    ? ''
    : pair.moved
      ? movedWords(entry, pair.moved, isRun)
      : isRun
        ? 'only here'
        : 'only in the twin';
  return (
    <>
      <td class="number">{duration(entry.timeUs)}</td>
      <td class={led ? 'led' : ''}>
        <Lane run={run} entry={entry} isRun={isRun} />
        {words !== '' && <span class="tag needed">{words}</span>}{' '}
        {isRun && run.evidence.has(entry.n) && <span class="tag proof">evidence</span>}{' '}
        {isRun && (
          <a class="n" href={writeRoute({ ...route, tab: 'run', event: entry.n })}>
            #{entry.n}
          </a>
        )}{' '}
        <span class="who">
          <Text>{entry.process}</Text>
        </span>{' '}
        <Text>{wordsOf(entry)}</Text> {note !== '' && <span class="tag">{note}</span>}
      </td>
    </>
  );
}

function movedWords(entry: EntryResult, moved: EntryResult, isRun: boolean): string {
  const us = entry.timeUs - moved.timeUs;
  const there = isRun ? 'in the twin' : 'in the run';
  if (us === 0) return `${there} at another place`;
  return us > 0 ? `${there} ${duration(us)} earlier` : `${there} ${duration(-us)} later`;
}
