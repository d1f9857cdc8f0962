/** A chart over virtual time: step lines, the faults as bands behind them, the chosen entry as a line. */
import type { JSX } from 'preact';
import { clip, visible } from '../../../text.ts';
import { gap } from '../../../time.ts';
import type { Band, Scale } from '../model/scale.ts';
import type { Series } from '../model/series.ts';

const WIDTH = 1000;
const HEIGHT = 120;
/** More lines are not told apart. */
const LINES_MAX = 8;
/** So that lines are told apart without colours. */
const DASHES = ['', '7 3', '2 3', '10 3 2 3', '1 4', '12 5', '4 2 1 2', '6 6'];

interface Charted {
  readonly title: string;
  readonly what: string;
  readonly series: readonly Series[];
  readonly scale: Scale;
  readonly bands: readonly Band[];
  readonly entries: number;
  readonly chosen: number | undefined;
  readonly choose: (at: number) => void;
}

export function Chart({ title, what, series, scale, bands, entries, chosen, choose }: Charted): JSX.Element {
  const lines = series.toSorted((a, b) => most(b) - most(a)).slice(0, LINES_MAX);
  const top = Math.max(1, ...lines.map(most));
  const pick = (event: MouseEvent): void => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    choose(scale.at((event.clientX - box.left) / box.width));
  };
  return (
    <figure class="chart">
      <figcaption>
        {title} <span class="muted">{what}</span>
        {series.length > lines.length && (
          <span class="muted">
            , the {LINES_MAX} highest of {series.length}
          </span>
        )}
      </figcaption>
      <div class="plot">
        <span class="most" aria-hidden="true">
          {top}
        </span>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${title}: ${lines.map((line) => `${visible(line.name)} at most ${most(line)}`).join(', ')}`}
          onClick={pick}
        >
          <Bands bands={bands} scale={scale} />
          {lines.map((line, n) => (
            <path
              key={line.name}
              class={`series s${n}`}
              d={pathOf(line, scale, top, entries)}
              stroke-dasharray={DASHES[n]}
            />
          ))}
          {chosen !== undefined && <path class="cursor" d={`M${scale.x(chosen) * WIDTH} 0V${HEIGHT}`} />}
        </svg>
      </div>
      <ul class="legend">
        {lines.map((line, n) => (
          <li key={line.name}>
            <svg width="28" height="8" aria-hidden="true">
              <path class={`series s${n}`} d="M0 4H28" stroke-dasharray={DASHES[n]} />
            </svg>{' '}
            <bdi>{visible(line.name)}</bdi>:{' '}
            {chosen === undefined ? `at most ${most(line)}` : `${valueAt(line, chosen)} here, at most ${most(line)}`}
          </li>
        ))}
      </ul>
    </figure>
  );
}

export function Bands({
  bands,
  scale,
  height = HEIGHT,
}: {
  bands: readonly Band[];
  scale: Scale;
  height?: number;
}): JSX.Element {
  return (
    <g class="fault-bands">
      {bands.map(({ name, from, to }) => {
        const x = scale.x(from) * WIDTH;
        return (
          <rect key={`${name} ${from}`} x={x - 1} y="0" width={Math.max(3, scale.x(to) * WIDTH - x)} height={height}>
            <title>{visible(name)}</title>
          </rect>
        );
      })}
      {scale.gaps.map(({ x, us }) => (
        <path key={x} class="squeezed" d={`M${x * WIDTH} 0V${height}`}>
          <title>{`${gap(us)} idle, squeezed`}</title>
        </path>
      ))}
    </g>
  );
}

/** The names of the bands on an axis of their own, as many as fit beside one another. */
export function BandNames({ bands, scale }: { bands: readonly Band[]; scale: Scale }): JSX.Element {
  return (
    <ol class="band-names">
      {bands.slice(0, 12).map(({ name, from, to }, n) => (
        <li key={`${name} ${from}`} style={{ '--from': scale.x(from), '--to': scale.x(to) }}>
          <span class="mark" aria-hidden="true" />
          <span class="letter">{n + 1}</span> <bdi>{clip(visible(name), 140)}</bdi>
        </li>
      ))}
    </ol>
  );
}

function most({ steps }: Series): number {
  return steps.reduce((max, { value }) => Math.max(max, value), 0);
}

function valueAt({ steps }: Series, at: number): number {
  return steps.findLast((step) => step.at <= at)?.value ?? 0;
}

/** As few points as the width can show. */
function pathOf({ steps }: Series, scale: Scale, top: number, entries: number): string {
  const y = (value: number): number => Math.round((HEIGHT - 4 - (value / top) * (HEIGHT - 12)) * 10) / 10;
  let path = `M0 ${y(0)}`;
  let last = -1;
  let pending: number | undefined;
  for (const { at, value } of steps) {
    const x = Math.round(scale.x(at) * WIDTH * 2) / 2;
    if (x === last) {
      pending = value;
      continue;
    }
    if (pending !== undefined) path += `V${y(pending)}`;
    path += `H${x}V${y(value)}`;
    [last, pending] = [x, undefined];
  }
  if (pending !== undefined) path += `V${y(pending)}`;
  return `${path}H${scale.x(entries - 1) * WIDTH}`;
}
