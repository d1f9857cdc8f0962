/** What became of the failures saved earlier, for people: a line for all, and one for each that is not simply fixed. */
import type { SavedReplay } from '../properties/runner/result.ts';
import { clip } from '../reports/text.ts';
import type { Paint } from '../reports/terminal/paint.ts';
import { visible } from '../reports/terminal/terminal-text.ts';

const SAYS_MAX = 200;
const LINES_MAX = 10;

const WORDS: Readonly<Record<SavedReplay['verdict'], string>> = {
  reproduced: 'fails again',
  fixed: 'fixed',
  moved: 'moved and fixed',
  'no-effect': 'no effect',
  stale: 'stale',
  diverged: 'not deterministic',
};

export function savedLines(saved: readonly SavedReplay[], paint: Paint): readonly string[] {
  if (saved.length === 0) return [];
  const verdicts = Object.keys(WORDS) as SavedReplay['verdict'][];
  const counts = verdicts.flatMap((verdict) => {
    const n = saved.filter((each) => each.verdict === verdict).length;
    return n === 0 ? [] : [`${n} ${WORDS[verdict]}`];
  });
  const open = saved.filter(({ verdict }) => verdict !== 'fixed' && verdict !== 'moved');
  const shown = open.length > LINES_MAX ? open.slice(0, LINES_MAX - 1) : open;
  return [
    paint.dim(
      `    ${saved.length} saved ${saved.length === 1 ? 'failure' : 'failures'} replayed first: ${counts.join(', ')}`,
    ),
    ...shown.map(({ file, verdict, says }) => {
      const isBad = verdict === 'reproduced' || verdict === 'diverged';
      const color = isBad ? paint.red : paint.yellow;
      return `    ${color(`${isBad ? '✗' : '?'} ${WORDS[verdict]}`)} ${visible(file)}: ${clip(visible(says.join('; ')), SAYS_MAX)}`;
    }),
    ...(shown.length < open.length ? [`    ${paint.dim(`and ${open.length - shown.length} more`)}`] : []),
  ];
}
