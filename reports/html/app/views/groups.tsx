/** Consumer groups of a log: who has which partition when, and how far behind the group is. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { visible } from '../../../text.ts';
import type { Group, PartitionShare } from '../model/groups.ts';
import type { Run } from '../model/run.ts';
import { type Band, bandsOf, type Scale, scaleOf } from '../model/scale.ts';
import { BandNames, Bands, Chart } from '../parts/chart.tsx';
import { usePage } from '../context.ts';
import { Axis, useChosen } from './charts.tsx';

const WIDTH = 1000;
const COLOURS = 6;

export function GroupsView({ run, groups }: { run: Run; groups: readonly Group[] }): JSX.Element {
  const { route } = usePage();
  const scale = useMemo(() => scaleOf(run.entries, route.trueTime), [run, route.trueTime]);
  const bands = useMemo(() => bandsOf(run.entries), [run]);
  const [chosen, choose] = useChosen(run);
  return (
    <section class="grouped" aria-label="Consumer groups over virtual time">
      <Axis run={run} chosen={chosen} choose={choose} />
      <BandNames bands={bands} scale={scale} />
      {groups.map((group) => (
        <section key={group.name} aria-label={visible(group.name)}>
          <h2>
            <bdi>{visible(group.name)}</bdi>
          </h2>
          <p class="generations">
            {group.rebalances.map(({ at, generation }) => (
              <button key={at} type="button" class="link" onClick={() => choose(at)}>
                generation {generation}
              </button>
            ))}
          </p>
          {group.partitions.map((partition) => (
            <Assignment key={partition.name} {...{ partition, group, scale, bands, chosen, choose, run }} />
          ))}
          <Lag {...{ group, scale, bands, chosen, choose, run }} />
        </section>
      ))}
    </section>
  );
}

interface Shown {
  readonly group: Group;
  readonly scale: Scale;
  readonly bands: readonly Band[];
  readonly chosen: number | undefined;
  readonly choose: (at: number) => void;
  readonly run: Run;
}

const HEIGHT = 22;

/** A bar for each time that somebody had the partition, with its name: the colour alone says nothing. */
function Assignment(shown: Shown & { partition: PartitionShare }): JSX.Element {
  const { partition, scale, choose, run } = shown;
  const end = run.entries.length - 1;
  const words = partition.tenures.map(({ member }) => visible(member)).join(', then ');
  const pick = (event: MouseEvent): void => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    choose(scale.at((event.clientX - box.left) / box.width));
  };
  return (
    <div class="assignment">
      <span class="name">
        <bdi>{visible(partition.name)}</bdi>
      </span>
      <div class="share" role="img" aria-label={`${visible(partition.name)}: ${words || 'nobody'}`} onClick={pick}>
        <Bars {...shown} />
        {partition.tenures.map(({ member, from, to }) => {
          const [x1, x2] = [scale.x(from), scale.x(to ?? end)];
          const style = { left: `${x1 * 100}%`, width: `${(x2 - x1) * 100}%` };
          return (
            <span key={`${member} ${from}`} class="who" style={style} title={visible(member)}>
              {visible(member)}
            </span>
          );
        })}
      </div>
    </div>
  );
}

function Bars({ partition, group, scale, bands, chosen, run }: Shown & { partition: PartitionShare }): JSX.Element {
  const end = run.entries.length - 1;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
      <Bands bands={bands} scale={scale} height={HEIGHT} />
      {partition.tenures.map(({ member, from, to }) => {
        const [x1, x2] = [scale.x(from) * WIDTH, scale.x(to ?? end) * WIDTH];
        const colour = group.members.indexOf(member) % COLOURS;
        const bar = { x: x1, y: 3, width: Math.max(2, x2 - x1), height: HEIGHT - 6 };
        return <rect key={`${member} ${from}`} class={`member m${colour}`} {...bar} />;
      })}
      {group.rebalances.map(({ at }) => (
        <path key={at} class="rebalance" d={`M${scale.x(at) * WIDTH} 0V${HEIGHT}`} />
      ))}
      {chosen !== undefined && <path class="cursor" d={`M${scale.x(chosen) * WIDTH} 0V${HEIGHT}`} />}
    </svg>
  );
}

function Lag({ group, scale, bands, chosen, choose, run }: Shown): JSX.Element | null {
  const series = group.partitions
    .filter(({ lag }) => lag.some(({ value }) => value > 0))
    .map(({ name, lag }) => ({ name, steps: lag }));
  if (series.length === 0) return null;
  return (
    <Chart
      title="Lag"
      what="records written that the group has not committed, by partition"
      {...{ series, scale, bands, chosen, choose }}
      entries={run.entries.length}
    />
  );
}
