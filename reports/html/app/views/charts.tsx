/** Charts over virtual time, with the faults as bands on the same axis. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { duration } from '../../../time.ts';
import { usePage } from '../context.ts';
import type { Run } from '../model/run.ts';
import { bandsOf, scaleOf } from '../model/scale.ts';
import { chartsOf } from '../model/series.ts';
import { BandNames, Chart } from '../parts/chart.tsx';
import { Button, Text } from '../parts/ui.tsx';

export function ChartsView({ run }: { run: Run }): JSX.Element {
  const { route } = usePage();
  const { entries } = run;
  const charts = useMemo(() => chartsOf(entries), [entries]);
  const scale = useMemo(() => scaleOf(entries, route.trueTime), [entries, route.trueTime]);
  const bands = useMemo(() => bandsOf(entries), [entries]);
  const [chosen, choose] = useChosen(run);
  return (
    <section aria-label="Charts over virtual time">
      <Axis run={run} chosen={chosen} choose={choose} />
      <BandNames bands={bands} scale={scale} />
      {charts.length === 0 && <p>No message waited, none was retried, none was dead-lettered in this run.</p>}
      {charts.map((chart) => (
        <Chart key={chart.title} {...chart} {...{ scale, bands, chosen, choose }} entries={entries.length} />
      ))}
    </section>
  );
}

/** The chosen entry by its index. */
export function useChosen({ entries, indexOf }: Run): readonly [number | undefined, (at: number) => void] {
  const { route, go } = usePage();
  const chosen = route.event === undefined ? undefined : indexOf.get(route.event);
  return [chosen, (at) => go({ event: entries[at]?.n })];
}

interface AxisOf {
  readonly run: Run;
  readonly chosen: number | undefined;
  readonly choose: (at: number) => void;
}

/** Moves through the run; says where one is. */
export function Axis({ run, chosen, choose }: AxisOf): JSX.Element {
  const { route, go } = usePage();
  const { entries } = run;
  const entry = entries[chosen ?? 0];
  return (
    <div class="axis">
      <label class="field">
        Entry{' '}
        <input
          type="range"
          min={0}
          max={entries.length - 1}
          value={chosen ?? 0}
          onInput={({ currentTarget }) => choose(Number(currentTarget.value))}
          aria-valuetext={`#${entry?.n ?? 0} at ${duration(entry?.timeUs ?? 0)}`}
        />
      </label>
      <Button aria-pressed={route.trueTime} onClick={() => go({ trueTime: !route.trueTime })}>
        True time
      </Button>
      <p class="muted">
        {chosen === undefined ? (
          `From 0 to ${duration(entries.at(-1)?.timeUs ?? 0)}${route.trueTime ? '' : ', idle time squeezed'}`
        ) : (
          <>
            #{entry?.n} {duration(entry?.timeUs ?? 0)} <Text>{`${entry?.process ?? ''}: ${run.words(chosen)}`}</Text>
          </>
        )}
      </p>
    </div>
  );
}
