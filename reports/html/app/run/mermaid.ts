/** The shown slice as a Mermaid sequence diagram, for a document or an issue. */
import { componentOf } from '../../../fields.ts';
import { clip, oneLine } from '../../../text.ts';
import { duration } from '../../../time.ts';
import { isStruck } from '../model/rows.ts';
import type { Run } from '../model/run.ts';

/** Mermaid itself refuses long texts. */
const ENTRIES_MAX = 200;
const WORDS_MAX = 120;
const HEARD: ReadonlySet<string> = new Set(['delivered', 'observed', 'confirmed', 'returned']);

export function mermaidOf(run: Run, shown: readonly number[]): string {
  const entries = shown.slice(0, ENTRIES_MAX);
  const lanes = new Set<number>();
  const steps = entries.map((at) => {
    const entry = run.entries[at] as Run['entries'][number];
    const own = run.lanes.at(entry);
    const other = componentOf(entry) === undefined ? undefined : run.lanes.about(entry);
    lanes.add(own);
    if (other !== undefined) lanes.add(other);
    const words = text(`${duration(entry.timeUs)} ${run.words(at)}`);
    if (isStruck(entry)) return `  Note over L${own}: ⚡ ${words}`;
    if (other === undefined) return `  Note over L${own}: ${words}`;
    return HEARD.has(entry.kind) ? `  L${other}-->>L${own}: ${words}` : `  L${own}->>L${other}: ${words}`;
  });
  const names = run.lanes.all.flatMap(({ name }, n) => (lanes.has(n) ? [`  participant L${n} as ${text(name)}`] : []));
  const left = shown.length - entries.length;
  const rest = left > 0 ? [`  %% ${left} more entries`] : [];
  return `${['sequenceDiagram', ...names, ...steps, ...rest].join('\n')}\n`;
}

/** Signs that Mermaid reads as its own are written by their numbers. */
function text(words: string): string {
  return clip(oneLine(words), WORDS_MAX).replace(/[#;<>"%]/g, (sign) => `#${sign.charCodeAt(0)};`);
}
