/** Queues and exchanges that come and go, on RabbitMQ and on the simulator's broker: each step must look the same. */
import type { Difference } from '../../side.ts';
import type { Server } from '../server.ts';
import { type Outcome, printCommand, type Script } from './commands.ts';
import { scriptOf } from './generated.ts';
import { ModelPlayer } from './model.ts';
import { RealPlayer } from './real.ts';
import { SCRIPTS } from './scripts.ts';

/** How long nothing must change before a step counts as over, and when a script that differed is played again. */
const QUIET_MS = { first: 8, again: 80 } as const;

/** What the server did, step by step. */
export interface Recorded {
  readonly script: Script;
  readonly outcomes: readonly Outcome[];
}

/** @returns where the model does otherwise */
export function differs({ script, outcomes }: Recorded): readonly string[] | undefined {
  const ours = new ModelPlayer('3.10').play(script);
  const at = outcomes.findIndex((theirs, n) => print(theirs) !== print(ours[n] as Outcome));
  if (at < 0) return undefined;
  return [
    script.name,
    ...script.commands.slice(0, at + 1).map(printCommand),
    `the server: ${print(outcomes[at] as Outcome)}`,
    `the model:  ${print(ours[at] as Outcome)}`,
  ];
}

const print = ({ answer, heard, state }: Outcome): string => [answer, ...heard, state].join(' | ');

/** Plays a script on the server, and once more if the model does otherwise. */
export async function play(server: Server, script: Script, prefix: string): Promise<Recorded> {
  const first = { script, outcomes: await new RealPlayer(server, prefix, QUIET_MS.first).play(script) };
  if (!differs(first)) return first;
  return { script, outcomes: await new RealPlayer(server, `${prefix}again`, QUIET_MS.again).play(script) };
}

/** Scripts under way at once. */
const PLAYERS = 8;

interface Tally {
  readonly counts: Map<string, number>;
  readonly differences: Difference[];
}

/** Plays those that are written, and so many generated ones. @returns how many scripts */
export async function compareScripts(
  server: Server,
  { seed, count, say }: { readonly seed: number; readonly count: number; readonly say: (line: string) => void },
  tally: Tally,
): Promise<number> {
  const scripts = [...SCRIPTS, ...Array.from({ length: count }, (_, n) => scriptOf(seed + n))];
  say(`${scripts.length} scripts of queues and exchanges that come and go`);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let n = next++; n < scripts.length; n = next++) {
      const recorded = await play(server, scripts[n] as Script, `t${n}`);
      tallySteps(recorded, tally.counts);
      const lines = differs(recorded);
      const again = `rabbit --sequences 1 --seed ${seed + Math.max(0, n - SCRIPTS.length)}`;
      if (lines) tally.differences.push({ again, lines });
    }
  };
  await Promise.all(Array.from({ length: PLAYERS }, work));
  return scripts.length;
}

function tallySteps({ script, outcomes }: Recorded, counts: Map<string, number>): void {
  for (const [n, { do: what }] of script.commands.entries()) {
    const { answer } = outcomes[n] as Outcome;
    const key = `script: ${what}${/^\d{3} /.test(answer) ? ` refused, ${answer.slice(0, 3)}` : ''}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
}
