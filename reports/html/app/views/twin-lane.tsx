/** In which lane an entry happened, as a small strip: the eye finds who it was without reading. */
import type { JSX } from 'preact';
import type { EntryResult } from '../../../../properties/runner/result.ts';
import type { Run } from '../model/run.ts';
import { signOf, signPath } from '../run/geometry.ts';

const LANE_PX = 9;
const HEIGHT_PX = 14;

export function Lane({ run, entry }: { run: Run; entry: EntryResult; isRun: boolean }): JSX.Element {
  const lanes = run.lanes.all;
  const lane = run.lanes.at(entry);
  const about = run.lanes.about(entry);
  const x = (n: number): number => n * LANE_PX + LANE_PX / 2;
  const y = HEIGHT_PX / 2;
  const sign = signOf(entry.kind);
  return (
    <svg class="strip" width={lanes.length * LANE_PX} height={HEIGHT_PX} aria-hidden="true">
      {lanes.map(({ name }, n) => (
        <path key={name} class="lane" d={`M${x(n)} 0V${HEIGHT_PX}`} />
      ))}
      {about !== undefined && <path class="arrow" d={`M${x(lane)} ${y}H${x(about)}`} />}
      <path class={sign} d={signPath(sign, x(lane), y, 3)} />
    </svg>
  );
}
