/**
 * Writes what a real RabbitMQ did to traces/, so that the tests compare the model with it where there is no server:
 * `node --import ./cli/register.js conformance/rabbit/record.ts`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare } from './compare.ts';
import { play } from './rabbit.ts';
import { sequenceOf } from './sequence.ts';
import { start } from './server.ts';
import { differs, play as playScript, type Recorded } from './topology/compare.ts';
import { scriptOf } from './topology/generated.ts';
import { SCRIPTS } from './topology/scripts.ts';
import type { Trace } from './trace.ts';

const TRACES = 130;
const BYTES_MAX = 290_000;
const FIRST_SEED = 1;
/** Scripts of queues and exchanges that come and go, beside those that are written. */
const GENERATED = 24;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const server = await start(say);
const kept: Trace[] = [];
const recordings: Recorded[] = [];
try {
  const connection = await server.connect();
  const control = await connection.createChannel();
  let bytes = 0;
  for (let seed = FIRST_SEED; kept.length < TRACES; seed++) {
    const { trace } = await play(server, control, sequenceOf(seed));
    const { difference, steps } = compare(trace);
    if (difference || steps < trace.steps.length || steps < 6) continue;
    bytes += JSON.stringify(trace).length + 1;
    if (bytes > BYTES_MAX) break;
    kept.push(trace);
  }
  await connection.close();
  const scripts = [...SCRIPTS, ...Array.from({ length: GENERATED }, (_, n) => scriptOf(FIRST_SEED + n))];
  for (const [n, script] of scripts.entries()) {
    const recorded = await playScript(server, script, `r${n}`);
    if (!differs(recorded)) recordings.push(recorded);
  }
} finally {
  server.stop();
}
const lines = (all: readonly unknown[]): string => all.map((each) => `${JSON.stringify(each)}\n`).join('');
const name = `rabbitmq-${server.version}.jsonl`;
writeFileSync(join(import.meta.dirname, 'traces', name), lines(kept));
writeFileSync(join(import.meta.dirname, 'topology', 'traces', name), lines(recordings));
say(`${recordings.length} scripts`);
say(`${kept.length} traces, ${kept.reduce((sum, { steps }) => sum + steps.length, 0)} steps`);
