/**
 * Who takes the payment, keeps the stock, ships the parcel: each does its step once for a saga, however often it is told, and
 * takes it back when it is told so. A step that is revoked before it has been ordered is never done: the order may be late.
 */
import { type Delivery, type Message, type Ports, type Service, service } from '../../index.ts';
import { db, isOrder, mq, type Order, type Step, type Work } from './system.ts';
import { tryAgain } from '../try-again.ts';

const uses = { mq, db };
type ParticipantPorts = Ports<typeof uses>;
export type ParticipantTx = Parameters<Parameters<ParticipantPorts['db']['transaction']>[0]>[0];
export type Revoke = (tx: ParticipantTx, step: Step, of: Pick<Work, 'sagaId' | 'orderId'>) => Promise<void>;

/** @param isRefused its own rule about what it does not do */
export function participantWith(step: Step, isRefused: (order: Order) => boolean, revoke: Revoke = undo): Service {
  return service(step, uses, (ports) => {
    const handle = async ({ message, ack, nack }: Delivery<Order>): Promise<void> => {
      const { headers, type } = message;
      const of = { sagaId: String(headers['sagaId']), orderId: String(headers['orderId']) };
      // To take it back nothing of the body is needed.
      if (type === 'StepOrdered' && !isOrder(message)) return nack({ requeue: false });
      const outcome = await ports.db.transaction(async (tx): Promise<Work['state']> => {
        if (type === 'StepOrdered') return perform(tx, { ...of, state: isRefused(message.body) ? 'refused' : 'done' });
        await revoke(tx, step, of);
        return 'undone';
      });
      await answer(message, outcome, ports);
      await ack();
    };
    async function perform(tx: ParticipantTx, work: Work): Promise<Work['state']> {
      if (await tx.insertIfAbsent(step, work)) return work.state;
      const known = await tx.get(step, work.sagaId);
      return known?.state === 'done' ? 'done' : 'refused';
    }
    ports.mq.consume<Order>(step).subscribe((delivery) => void handle(delivery).catch(() => tryAgain(delivery)));
  });
}

export const undo: Revoke = async (tx, step, of) => {
  if (await tx.insertIfAbsent(step, { ...of, state: 'undone' })) return;
  const [work] = await tx.scan(step, { where: ({ sagaId }) => sagaId === of.sagaId, forUpdate: 'wait' });
  if (work?.state === 'done') await tx.put(step, { ...work, state: 'undone' });
};

function answer({ id, headers }: Message, outcome: Work['state'], { mq }: ParticipantPorts): Promise<void> {
  const { sagaId, orderId, step, way } = headers;
  const about = { id: `${id}-answer`, type: 'StepAnswered', headers: { sagaId, orderId, step, way } };
  return mq.publish({ key: 'answers' }, { outcome }, about);
}

export const isTooDear = ({ cents }: Order): boolean => cents > 80_000;
export const isSoldOut = ({ sku }: Order): boolean => sku === 'unicorn';
export const isOutOfReach = ({ country }: Order): boolean => country === 'Atlantis';
