/** The commands that a report hands out. They are pasted into shells, so what came from data is quoted. */
import type { CampaignResult, FailureResult } from '../properties/runner/result.ts';
import { oneLine } from './text.ts';

/** The command that made this result. */
export function campaignCommand({ command }: CampaignResult): string {
  return `npx eddy ${oneLine(command)}`;
}

/** The command that replays a failure, and the same for a clone of the project; undefined when nothing was saved. */
export function replayCommands(
  failure: FailureResult,
): { readonly installed: string; readonly clone: string } | undefined {
  const what = failure.file ?? failure.token;
  if (failure.inTest) {
    const { file, title } = failure.inTest;
    const again = `npx vitest run ${shellWord(file)} -t ${shellWord(literal(title))}`;
    return { installed: again, clone: again };
  }
  if (what === '') return undefined;
  const words = failure.scenarioFile === undefined ? [what] : [what, failure.scenarioFile];
  const argument = words.map((word) => shellWord(word.startsWith('-') ? `./${word}` : word)).join(' ');
  return { installed: `npx eddy repro ${argument}`, clone: `npm run -s eddy -- repro ${argument}` };
}

/** As vitest's `-t` reads it: a regular expression. */
function literal(title: string): string {
  return title.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}

/** One word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
