/** Sagas as they are often built: each lets two of them run, ends one in two ways, or leaves one halfway. */
import { retry, switchMap, timer } from 'rxjs';
import type { Service, Variant } from '../../index.ts';
import { answerOf, isAbout, move, next, type Next, orchestratorWith, type Parts, stepBack } from './orchestrator.ts';
import { isTooDear, participantWith, type Revoke } from './participants.ts';
import { PATIENCE_MS, type Saga } from './system.ts';

type Wrong = Record<string, Variant<{ orchestrator: Service; payment: Service }>>;

const looksThenBegins: Parts['begin'] = async (order, { db }) => {
  const sagas = await db.transaction((tx) => tx.scan('sagas', { where: ({ orderId }) => orderId === order.orderId }));
  return (
    sagas[0] ??
    db.transaction(async (tx) => {
      const fresh: Saga = {
        ...order,
        id: `saga-${await tx.next('saga')}`,
        step: 'payment',
        state: 'forward',
        attempt: 1,
      };
      await tx.insert('sagas', fresh);
      return fresh;
    })
  );
};

/** What timed out is turned back as it was when it was looked at. */
const looksThenTurns: Parts['move'] = async (delivery, next, ports) => {
  if (delivery.message.type !== 'StepTimedOut') return move(delivery, next, ports);
  const saga = await ports.db.transaction((tx) => tx.get('sagas', String(delivery.message.headers['sagaId'])));
  if (!saga || !isAbout(delivery.message, saga)) return delivery.redelivered ? saga : undefined;
  const moved = next(saga, 'none');
  await ports.db.transaction((tx) => tx.put('sagas', moved));
  return moved;
};

/** A step that timed out was not done. */
const skipsTheUnanswered: Next = (saga, answer) => {
  const isLate = saga.state === 'forward' && saga.step !== 'shipping' && answer === 'none';
  return isLate ? stepBack(saga) : next(saga, answer);
};

/** Who has not answered in time has failed. */
const turnsAnywhere: Next = (saga, answer) =>
  saga.state === 'forward' && answer === 'none' ? stepBack(saga) : next(saga, answer);

const undoesWhatIsThere: Revoke = async (tx, step, of) => {
  const [work] = await tx.scan(step, { where: ({ sagaId }) => sagaId === of.sagaId, forUpdate: 'wait' });
  if (work?.state === 'done') await tx.put(step, { ...work, state: 'undone' });
};

/**
 * The row has moved, so the message is taken for one that was handled, and what should have followed from it is told by nobody. Met in
 * frameworks for sagas whose state and messages are not stored together (MassTransit without its outbox).
 */
const tellsOnlyWhatMoves: Parts['move'] = ({ message }, next, { db }) =>
  db.transaction(async (tx) => {
    const [saga] = await tx.scan('sagas', { where: ({ id }) => id === message.headers['sagaId'], forUpdate: 'wait' });
    const answer = answerOf(message);
    if (!saga || !isAbout(message, saga) || answer === undefined) return undefined;
    const moved = next(saga, answer);
    await tx.put('sagas', moved);
    return moved;
  });

/** Time-outs that a process keeps go with it. Met with MassTransit and Quartz, which hold what is scheduled in memory until somebody sets up a store. */
const keepsTimersInMemory: Parts['remind'] = async (about, { mq }) => {
  const goesOff = timer(PATIENCE_MS).pipe(switchMap(() => mq.publish({ key: 'answers' }, {}, about)));
  goesOff.pipe(retry({ delay: 300 })).subscribe();
};

export const variants: Wrong = {
  'looks-then-begins': {
    catalogue: 45,
    breaks: 'S2',
    because: 'it looks whether the order has its saga and then begins one, under an id of its own',
    services: { orchestrator: orchestratorWith({ begin: looksThenBegins }) },
  },
  'looks-then-turns': {
    catalogue: 46,
    breaks: 'S2',
    because: 'a time-out turns the saga back as it looked before its answer came',
    services: { orchestrator: orchestratorWith({ move: looksThenTurns }) },
  },
  'skips-the-unanswered': {
    catalogue: 48,
    breaks: 'S1',
    because: 'it takes a step that timed out for not done, and compensates those before it alone',
    services: { orchestrator: orchestratorWith({ next: skipsTheUnanswered }) },
  },
  'cancels-what-may-be-shipped': {
    catalogue: 23,
    breaks: 'D2',
    because: 'it takes a time-out for a failure, and cancels an order that may have been shipped all the same',
    services: { orchestrator: orchestratorWith({ next: turnsAnywhere }) },
  },
  'tells-only-what-moves': {
    breaks: 'S1',
    because: 'it takes a message whose move is stored for done with, and never tells the command that was to follow',
    services: { orchestrator: orchestratorWith({ move: tellsOnlyWhatMoves }) },
  },
  'keeps-timers-in-memory': {
    breaks: 'S1',
    because: 'it keeps its timers in memory: nobody asks again for an answer that is lost when its process is, too',
    services: { orchestrator: orchestratorWith({ remind: keepsTimersInMemory }).with({ instances: 1 }) },
  },
  'undoes-what-is-there': {
    catalogue: 47,
    breaks: 'S1',
    because: 'it drops a revocation of what it has not done yet, and does it when the command comes',
    services: { payment: participantWith('payment', isTooDear, undoesWhatIsThere) },
  },
};
