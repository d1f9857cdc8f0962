/**
 * The canary: a scenario whose wrong variants cannot be missed. One makes every effect twice, so that any run at all shows it;
 * one forgets what it has seen, so that any duplicate does. Where one of them gets away, or the right variant is accused, no
 * number of the pipeline can be trusted.
 */
import fc from 'fast-check';
import { queueBroker } from '../../../sim/brokers/queue/component.ts';
import type { Ports } from '../../../sim/component.ts';
import { EddyError } from '../../../sim/errors.ts';
import { type Service, service } from '../../../sim/services/service.ts';
import { tables } from '../../../sim/stores/tables.ts';
import { effectOnce } from '../../checks/effect-once.ts';
import { scenario, type ScenarioShape } from '../../scenario.ts';
import { type CatchOptions, catches } from './catches.ts';

interface Canary {
  id: string;
}

const mq = queueBroker('mq', { queues: { birds: {} } });
const db = tables<{ sung: { n: string; id: string }; seen: { id: string } }>('db', {
  sung: { key: 'n', sequences: ['n'] },
  seen: { key: 'id' },
});
const uses = { mq, db };

/** @param times how often it makes the effect of a message that it has not seen, or does not remember */
function singer(times: number, remembers: boolean): Service {
  return service('singer', uses, (ports: Ports<typeof uses>) => {
    ports.mq.consume<Canary>('birds').subscribe(({ message: { body }, ack, nack }) => {
      const work = ports.db.transaction(async (tx) => {
        if (remembers && !(await tx.insertIfAbsent('seen', { id: body.id }))) return;
        for (let n = 0; n < times; n++) await tx.insert('sung', { n: `${await tx.next('n')}`, id: body.id });
      });
      work.then(ack, () => nack()).catch(() => {});
    });
  });
}

export const canary = scenario({
  name: 'canary',
  services: { singer: singer(1, true) },
  workload: {
    item: fc.record({ id: fc.nat(99).map((n) => `c${n}`) }),
    key: (bird) => bird.id,
    count: [1, 3],
    uses: { mq },
    send: (bird: Canary, ports) => ports.mq.publish({ key: 'birds' }, bird, { id: bird.id, type: 'Bird' }),
  },
  properties: [effectOnce(db.table.sung.inserted.by((row) => row.id))],
  variants: {
    'sings-twice': { breaks: 'I1', because: 'it makes every effect twice', services: { singer: singer(2, true) } },
    'forgets-all': { breaks: 'I1', because: 'it remembers nothing', services: { singer: singer(1, false) } },
  },
  faults: { without: { poison: 'every body has an id' } },
}) as unknown as ScenarioShape;

/** Runs in which each must be caught; of the right variant, so many without a failure. */
const CAPS: Readonly<Record<string, number>> = { 'sings-twice': 1, 'forgets-all': 100, correct: 50 };

export interface CanaryResult {
  readonly variant: string;
  readonly caught: boolean;
  readonly runs: number;
}

/** @throws EddyError EDDY_LAW when a canary gets away, or the right variant does not: the pipeline is broken, not the user's code */
export async function singCanary(o: Pick<CatchOptions, 'signal' | 'campaign'>): Promise<readonly CanaryResult[]> {
  const results: CanaryResult[] = [];
  for (const [variant, cap] of Object.entries(CAPS)) {
    const { found } = await catches(canary, variant, { ...o, strategy: 'guided', seeds: 1, cap });
    if (o.signal?.aborted) break;
    const [runs] = found;
    if ((runs === undefined) !== (variant === 'correct')) throw broken(variant, cap, runs);
    if (variant !== 'correct') results.push({ variant, caught: true, runs: runs ?? cap });
  }
  return results;
}

function broken(variant: string, cap: number, runs: number | undefined): EddyError {
  const what = runs === undefined ? `was not caught in ${cap} runs` : `was accused in run ${runs}`;
  return new EddyError('EDDY_LAW', `The canary "${variant}" ${what}: no number of detection can be trusted`, {
    variant,
  });
}
