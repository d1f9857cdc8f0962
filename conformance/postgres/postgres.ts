/** The relational store against PostgreSQL. */
import { writeFileSync } from 'node:fs';
import type { Asked, Compared, Difference, Side } from '../side.ts';
import { misfitOf } from './model.ts';
import { Stage } from './real.ts';
import { sequenceOf } from './sequence.ts';
import { start } from './server.ts';
import { printStep, type Trace, writeTrace } from './trace.ts';

/** Most of the time goes by waiting for locks, so several sequences are played side by side. */
const STAGES = 6;

async function compare({ sequences, seed, say, record }: Asked): Promise<Compared> {
  const server = await start(say);
  try {
    say(`${server.version} on port ${server.port}`);
    const counts = new Map<string, number>();
    const differences: Difference[] = [];
    const traces: Trace[] = [];
    let next = 0;
    const playing = async (_: unknown, n: number): Promise<void> => {
      const stage = new Stage(server.port, `s${n}`, server.version);
      await stage.open();
      while (next < sequences) {
        const sequence = sequenceOf(seed + next++);
        let trace = await stage.play(sequence);
        // A machine that is busy may look for a circle late, and refuse another one: only what comes again counts.
        if (misfitOf(trace)) trace = await stage.play(sequence);
        if (next % 200 === 0) say(`${next} of ${sequences}`);
        traces.push(trace);
        count(trace, counts);
        const difference = differenceOf(trace);
        if (difference) differences.push(difference);
      }
      await stage.close();
    };
    await Promise.all(Array.from({ length: STAGES }, playing));
    if (record !== undefined) writeFileSync(record, linesOf(traces));
    return { sequences, counts, differences };
  } finally {
    server.stop();
  }
}

function linesOf(traces: readonly Trace[]): string {
  const inOrder = traces.toSorted((a, b) => a.seed - b.seed);
  return inOrder.map((trace) => `${writeTrace(trace)}\n`).join('');
}

/** What was compared: statements by level and answer. */
function count({ levels, steps }: Trace, counts: Map<string, number>): void {
  const add = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  for (const { client, statement, answers } of steps) {
    const { do: what } = statement;
    const lock =
      'lock' in statement && statement.lock ? ` for update${statement.lock === 'wait' ? '' : ' skip locked'}` : '';
    const answer = answers[client] ?? 'waits';
    add(`${levels[client]}: ${what}${lock}: ${/^[A-Z]|^waits/.test(answer) ? answer : 'answers'}`);
  }
}

function differenceOf(trace: Trace): Difference | undefined {
  const misfit = misfitOf(trace);
  if (!misfit) return undefined;
  const lines = trace.steps.slice(0, misfit.step + 1).map(printStep);
  if (misfit.step === trace.steps.length) lines.push(`rows in the end: ${trace.rows}`);
  return {
    again: `postgres --sequences 1 --seed ${trace.seed}`,
    lines: [trace.levels.join(', '), ...lines, `the model: ${misfit.expected}`],
  };
}

export const postgres: Side = { name: 'postgres', compare };
