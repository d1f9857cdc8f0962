/** The queue broker against RabbitMQ. */
import type { Channel } from 'amqplib';
import type { Asked, Compared, Difference, Side } from '../side.ts';
import { compare as judge, type Verdict } from './compare.ts';
import { type Played, RealPlayer } from './real.ts';
import { type Sequence, sequenceOf } from './sequence.ts';
import { type Server, start } from './server.ts';
import { compareScripts } from './topology/compare.ts';
import type { Trace } from './trace.ts';

/** Sequences under way at once. */
const PLAYERS = 24;
/** How long nothing must change before a step counts as over: what a disk has to write takes longer. */
const QUIET_MS = { classic: 4, quorum: 15, again: 120 } as const;
const TOLD_EVERY = 500;
/** One script of queues and exchanges that come and go for so many sequences. */
const SCRIPTS_EVERY = 5;

interface Tally {
  readonly counts: Map<string, number>;
  readonly differences: Difference[];
}

async function compare({ say, seed, sequences }: Asked): Promise<Compared> {
  const server = await start(say);
  try {
    say(`RabbitMQ ${server.version}`);
    const tally: Tally = { counts: new Map(), differences: [] };
    let next = 0;
    const work = async (): Promise<void> => {
      for (let n = next++; n < sequences; n = next++) {
        await compareOrTell(server, sequenceOf(seed + n), tally);
        if ((n + 1) % TOLD_EVERY === 0) say(`${n + 1} sequences`);
      }
    };
    await Promise.all(Array.from({ length: Math.min(PLAYERS, sequences) }, work));
    const scripts = await compareScripts(server, { seed, count: Math.ceil(sequences / SCRIPTS_EVERY), say }, tally);
    return { sequences: sequences + scripts, ...tally };
  } finally {
    server.stop();
  }
}

/** On a connection of its own: a queue that crashes on the server takes the channels along that ask for it. */
async function compareOrTell(server: Server, sequence: Sequence, tally: Tally): Promise<void> {
  const connection = await server.connect();
  connection.on('error', () => {});
  const control = await connection.createChannel();
  let closed = '';
  control.on('error', (error) => void (closed = error.message));
  try {
    await compareOne(server, control, sequence, tally);
  } catch (error) {
    if (!closed.includes('has crashed')) throw error;
    count(tally.counts, `not compared: a queue crashed on the server, seed ${sequence.seed}`);
  } finally {
    await connection.close().catch(() => {});
  }
}

/** One sequence; where it differs, once more with patience: on a busy machine a step may look as if it were over. */
async function compareOne(server: Server, control: Channel, sequence: Sequence, tally: Tally): Promise<void> {
  const { counts } = tally;
  let { trace, cut } = await play(server, control, sequence);
  let verdict = judge(trace);
  if (verdict.difference) {
    count(counts, 'played again with patience');
    ({ trace, cut } = await play(server, control, sequence, QUIET_MS.again));
    verdict = judge(trace);
  }
  if (cut) count(counts, 'cut: a step took so long that something may have expired in its midst');
  tallySteps(trace, verdict, counts);
  if (!verdict.difference) return;
  tally.differences.push({ again: `rabbit --sequences 1 --seed ${sequence.seed}`, lines: verdict.difference });
}

function tallySteps({ steps }: Trace, verdict: Verdict, counts: Map<string, number>): void {
  for (const { action, seen } of steps.slice(0, verdict.steps)) {
    count(counts, `step: ${action.do}`);
    for (const [kind] of seen.flat()) count(counts, `seen: ${kind}`);
  }
  for (const freedom of verdict.freedoms) count(counts, `freedom: ${freedom}`);
}

/** Plays a sequence on the real broker. */
export function play(
  { connect, version }: Server,
  control: Channel,
  sequence: Sequence,
  quietMs?: number,
): Promise<Played> {
  const isQuorum = Object.values(sequence.shape.queues).some(({ type }) => type === 'quorum');
  const usualMs = isQuorum ? QUIET_MS.quorum : QUIET_MS.classic;
  const prefix = `s${sequence.seed}`;
  return new RealPlayer(sequence, { control, connect, prefix, version, quietMs: quietMs ?? usualMs }).play();
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

export const rabbit: Side = { name: 'rabbit', compare };
