/** Runs inside a crew's thread: loads the scenario once, does one task after the other, and says how far it is. */
import type { MessagePort } from 'node:worker_threads';
import { printFault } from '../../../sim/faults/print.ts';
import { EddyError } from '../../../sim/errors.ts';
import { installGuards } from '../../../sim/kernel/guards/install.ts';
import { realInterval } from '../../../sim/kernel/host.ts';
import { inWorlds } from '../../../sim/simulate.ts';
import { classOf, isError, messageOf, stackOf } from '../../../sim/thrown.ts';
import { type Hands, Here, type Whose } from '../hands.ts';
import { plain } from '../plain.ts';
import { scenarioIn } from '../scenario-in.ts';
import type { Answer, Said, Task, Trouble, Work } from './tasks.ts';

// Before any scenario is loaded, and for good: what its modules keep of clocks and timers then answers in virtual time too.
installGuards();

const BEAT_MS = 100;

const hands = new Map<string, Promise<Hands>>();

/** @param port hears what is said; whatever comes from it ends the work after the run at hand */
export async function perform({ whose, work, port }: Task & { port: MessagePort }): Promise<Answer<unknown>> {
  const say = (said: Said): void => port.postMessage(said);
  let isOver = false;
  port.on('message', () => {
    isOver = true;
  });
  say({ said: 'loading' });
  const quiet = realInterval(() => say({ said: 'beat' }), BEAT_MS);
  try {
    const mine = await handsFor(whose);
    say({ said: 'working' });
    return { done: await inWorlds(() => done(mine, work, say, () => isOver)) };
  } catch (error) {
    return { trouble: troubleOf(error) };
  } finally {
    quiet();
  }
}

function handsFor(whose: Whose): Promise<Hands> {
  const { source, scenario, variant } = whose;
  const name = JSON.stringify([source, scenario, variant]);
  const known = hands.get(name) ?? scenarioIn(source, scenario).then((shape) => new Here(shape, variant));
  hands.set(name, known);
  return known;
}

function done(mine: Hands, work: Work, say: (said: Said) => void, isOver: () => boolean): Promise<unknown> {
  switch (work.kind) {
    case 'slice':
      return mine.slice(work.order, {
        isOver,
        begins: (run) => say({ said: 'begins', run }),
        drew: (fault) => say({ said: 'drew', sentence: printFault(fault) }),
      });
    case 'explain':
      return mine.explain(work.order, isOver);
    case 'entries':
      return mine.entries(work.order);
    case 'replay':
      return mine.replay(work.order);
  }
}

function troubleOf(error: unknown): Trouble {
  const said = { name: classOf(error), message: messageOf(error), stack: stackOf(error) };
  return isError(error) && error instanceof EddyError ? { ...said, code: error.code, data: plain(error.data) } : said;
}
