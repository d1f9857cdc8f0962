/**
 * Leads each order through its steps, one command at a time, and back through those behind it when one is refused. What it
 * has decided stands in its row before it is told. A message that comes again may be one whose decision was never told, so
 * then it is told again; an answer that is lost, or that nobody can read, is asked for again when its time is over.
 *
 * A step that nobody answered in time may have been done all the same. Going back begins with that step, therefore, and not
 * with the one before; and nobody turns back at the last one, which cannot be undone: it is asked for until it is answered.
 */
import { type Delivery, type Message, type Ports, type Service, service } from '../../index.ts';
import { db, isOrder, mq, type Order, type Saga, STEPS, type Work } from './system.ts';
import { tryAgain } from '../try-again.ts';

const uses = { mq, db };
export type OrchestratorPorts = Ports<typeof uses>;

/** What came of a command: the participant's word, or none in time. */
export type Answer = Work['state'] | 'none';
/** Where an order goes from where it stands. */
export type Next = (saga: Saga, answer: Answer) => Saga;

/** The parts that wrong variants change. */
export interface Parts {
  /** @returns the saga of this order, begun if there is none */
  readonly begin: (order: Order, ports: OrchestratorPorts) => Promise<Saga>;
  readonly next: Next;
  /** @returns the saga as it stands then; nothing when there is nothing to tell */
  readonly move: (delivery: Delivery<unknown>, next: Next, ports: OrchestratorPorts) => Promise<Saga | undefined>;
  /** Has it told, when its time is over, that nobody has answered. */
  readonly remind: (timer: Timer, ports: OrchestratorPorts) => Promise<void>;
}

/** What a timer says when it goes off. */
interface Timer {
  readonly id: string;
  readonly type: 'StepTimedOut';
  readonly headers: Record<string, unknown>;
}

export function orchestratorWith(parts: Partial<Parts> = {}): Service {
  const of: Parts = { begin, next, move, remind, ...parts };
  return service('orchestrator', uses, (ports) => {
    const start = async ({ message, ack, nack }: Delivery<Order>): Promise<void> => {
      const saga = await (isOrder(message) ? of.begin(message.body, ports) : known(message, ports));
      if (saga.state === 'parked') return nack({ requeue: false });
      await tell(saga, of.remind, ports);
      await ack();
    };
    const goOn = async (delivery: Delivery<unknown>): Promise<void> => {
      const isReadable = answerOf(delivery.message) !== undefined;
      // Whoever could read it when it came before may have moved the saga, and told nobody.
      const saga = isReadable || delivery.redelivered ? await of.move(delivery, of.next, ports) : undefined;
      if (saga) await tell(saga, of.remind, ports);
      await (isReadable ? delivery.ack() : delivery.nack({ requeue: false }));
    };
    ports.mq.consume<Order>('orders').subscribe((delivery) => void start(delivery).catch(() => tryAgain(delivery)));
    ports.mq.consume('answers').subscribe((delivery) => void goOn(delivery).catch(() => tryAgain(delivery)));
  });
}

function idOf(orderId: string): string {
  return `saga-${orderId}`;
}

/** Of a message that was readable when it came first. If it was not, nobody begins one any more who has it in hand still. */
function known({ id }: Message, { db }: OrchestratorPorts): Promise<Saga> {
  const order = { orderId: id, cents: 0, sku: '', country: '' };
  return stored({ ...order, id: idOf(id), step: 'payment', state: 'parked', attempt: 1 }, db);
}

const begin: Parts['begin'] = (order, { db }) =>
  stored({ ...order, id: idOf(order.orderId), step: 'payment', state: 'forward', attempt: 1 }, db);

/** What another one is storing is waited for. */
function stored(fresh: Saga, db: OrchestratorPorts['db']): Promise<Saga> {
  return db.transaction(async (tx) => {
    await tx.insertIfAbsent('sagas', fresh);
    return (await tx.get('sagas', fresh.id)) ?? fresh;
  });
}

export const next: Next = (saga, answer) => {
  if (saga.state === 'forward') {
    if (answer === 'done') return stepOn(saga);
    if (answer === 'refused') return stepBack(saga);
    if (answer === 'none' && saga.step !== 'shipping') return { ...saga, state: 'back', attempt: 1 };
  }
  if (answer === 'none') return { ...saga, attempt: saga.attempt + 1 };
  return saga.state === 'back' && answer === 'undone' ? stepBack(saga) : saga;
};

function stepOn(saga: Saga): Saga {
  const step = STEPS[STEPS.indexOf(saga.step) + 1];
  return step ? { ...saga, step, attempt: 1 } : { ...saga, state: 'completed' };
}

export function stepBack(saga: Saga): Saga {
  const step = STEPS[STEPS.indexOf(saga.step) - 1];
  return step ? { ...saga, step, state: 'back', attempt: 1 } : { ...saga, state: 'cancelled' };
}

export const move: Parts['move'] = ({ message, redelivered }, next, { db }) =>
  db.transaction(async (tx) => {
    const [saga] = await tx.scan('sagas', { where: ({ id }) => id === message.headers['sagaId'], forUpdate: 'wait' });
    if (!saga || !isAbout(message, saga)) return redelivered ? saga : undefined;
    const answer = answerOf(message);
    if (answer === undefined) return undefined;
    const moved = next(saga, answer);
    await tx.put('sagas', moved);
    return moved;
  });

/** Whether it answers what the saga is at: an answer to an earlier command changes nothing, and neither does its timer. */
export function isAbout({ type, headers: { step, way, attempt } }: Message, saga: Saga): boolean {
  return step === saga.step && way === saga.state && (type === 'StepAnswered' || attempt === saga.attempt);
}

/** Nothing, if it cannot be read. */
export function answerOf(message: Message): Answer | undefined {
  if (message.type === 'StepTimedOut') return 'none';
  const { parsed, body } = message;
  const { outcome } = (parsed && typeof body === 'object' && body !== null ? body : {}) as { outcome?: unknown };
  return (['done', 'refused', 'undone'] as const).find((each) => each === outcome);
}

/** The timer goes out before the command: what is not answered is asked again. */
async function tell(saga: Saga, remindOf: Parts['remind'], ports: OrchestratorPorts): Promise<void> {
  const { id, step, state, attempt, ...order } = saga;
  if (state === 'completed' || state === 'cancelled') return;
  const [type, name] = [state === 'forward' ? 'StepOrdered' : 'StepRevoked', `${id}-${step}-${state}-${attempt}`];
  const headers = { sagaId: id, orderId: order.orderId, step, way: state, attempt };
  await remindOf({ id: `${name}-timer`, type: 'StepTimedOut', headers }, ports);
  await ports.mq.publish({ key: step }, order, { id: name, type, headers });
}

const remind: Parts['remind'] = (about, { mq }) => mq.publish({ key: 'timers' }, {}, about);
