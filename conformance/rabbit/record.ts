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
import type { Trace } from './trace.ts';

const TRACES = 130;
const BYTES_MAX = 290_000;
const FIRST_SEED = 1;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const server = await start(say);
const kept: Trace[] = [];
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
} finally {
  server.stop();
}
const file = join(import.meta.dirname, 'traces', `rabbitmq-${server.version}.jsonl`);
writeFileSync(file, kept.map((trace) => `${JSON.stringify(trace)}\n`).join(''));
say(`${kept.length} traces, ${kept.reduce((sum, { steps }) => sum + steps.length, 0)} steps`);
