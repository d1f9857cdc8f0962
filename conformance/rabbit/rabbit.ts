/** The queue broker against RabbitMQ. */
import type { Channel } from 'amqplib';
import type { Asked, Compared, Difference, Side } from '../side.ts';
import { compare as judge, type Verdict } from './compare.ts';
import { RealPlayer } from './real.ts';
import { type Sequence, sequenceOf } from './sequence.ts';
import { type Server, start } from './server.ts';
import type { Trace } from './trace.ts';

/** Sequences under way at once. */
const PLAYERS = 24;
/** How long nothing must change before a step counts as over: what a disk has to write takes longer. */
const QUIET_MS = { classic: 4, quorum: 15, again: 120 } as const;
const TOLD_EVERY = 500;

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
      const connection = await server.connect();
      const control = await connection.createChannel();
      for (let n = next++; n < sequences; n = next++) {
        await compareOne(server, control, sequenceOf(seed + n), tally);
        if ((n + 1) % TOLD_EVERY === 0) say(`${n + 1} sequences`);
      }
      await connection.close();
    };
    await Promise.all(Array.from({ length: Math.min(PLAYERS, sequences) }, work));
    return { sequences, ...tally };
  } finally {
    server.stop();
  }
}

/** One sequence; where it differs, once more with patience: on a busy machine a step may look as if it were over. */
async function compareOne(server: Server, control: Channel, sequence: Sequence, tally: Tally): Promise<void> {
  const { counts } = tally;
  const isQuorum = Object.values(sequence.shape.queues).some(({ type }) => type === 'quorum');
  let { trace, verdict } = await playOnce(server, control, sequence, isQuorum ? QUIET_MS.quorum : QUIET_MS.classic);
  if (verdict.difference) {
    count(counts, 'played again with patience');
    ({ trace, verdict } = await playOnce(server, control, sequence, QUIET_MS.again));
  }
  for (const { action } of trace.steps.slice(0, verdict.steps)) count(counts, `step: ${action.do}`);
  for (const freedom of verdict.freedoms) count(counts, `freedom: ${freedom}`);
  if (!verdict.difference) return;
  tally.differences.push({ again: `rabbit --sequences 1 --seed ${sequence.seed}`, lines: verdict.difference });
}

async function playOnce(
  { connect }: Server,
  control: Channel,
  sequence: Sequence,
  quietMs: number,
): Promise<{ trace: Trace; verdict: Verdict }> {
  const prefix = `s${sequence.seed}`;
  const { trace } = await new RealPlayer(sequence, { control, connect, prefix, quietMs }).play();
  return { trace, verdict: judge(trace) };
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

export const rabbit: Side = { name: 'rabbit', compare };
