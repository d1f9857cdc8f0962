/** An order is paid, reserved and shipped, or it is as if it had never been: a saga that one service leads. */
import fc from 'fast-check';
import {
  atEnd,
  effectOnce,
  eventualDelivery,
  noLoss,
  outcomeSound,
  sagaEnds,
  sagaSingle,
  scenario,
} from '../../index.ts';
import { orchestratorWith } from './orchestrator.ts';
import { isOutOfReach, isSoldOut, isTooDear, participantWith } from './participants.ts';
import { db, mq, type Order, type Step, type Work } from './system.ts';
import { variants } from './variants.ts';

const { sagas } = db.table;
const isIn =
  (state: Work['state']) =>
  (work: Work): boolean =>
    work.state === state;
const done = (step: Step) => db.table[step].inserted.where(isIn('done'));
const undone = (step: Step) => db.table[step].updated.where(isIn('undone'));
const bySaga = ({ sagaId }: Work): string => sagaId;
const byOrder = ({ orderId }: { orderId: string }): string => orderId;
const begun = sagas.inserted.where(({ state }) => state === 'forward');
const ended = (state: 'completed' | 'cancelled') => sagas.updated.where((saga) => saga.state === state);

export default scenario({
  name: 'order-saga',
  story:
    'An orchestrator has orders paid, reserved and shipped, and takes back what was done when a step is refused or late.',
  patterns: ['saga'],
  services: {
    orchestrator: orchestratorWith().with({ instances: 2 }),
    payment: participantWith('payment', isTooDear).with({ instances: 2 }),
    stock: participantWith('stock', isSoldOut),
    shipping: participantWith('shipping', isOutOfReach),
  },
  workload: {
    item: fc.record({
      orderId: fc.integer({ min: 1, max: 999 }).map((n) => `o${n}`),
      cents: fc.integer({ min: 1, max: 100_000 }),
      sku: fc.constantFrom('chair', 'table', 'lamp', 'unicorn'),
      country: fc.constantFrom('Sweden', 'France', 'Kenya', 'Atlantis'),
    }),
    key: (order: Order) => order.orderId,
    count: [1, 2],
    uses: { mq },
    send: (order, { mq }) => mq.publish({ key: 'orders' }, order, { id: order.orderId, type: 'OrderPlaced' }),
  },
  properties: [
    noLoss(
      mq.confirmed('orders').by(({ id }) => id),
      [begun.by(byOrder), mq.deadLettered('orders').by(({ id }) => id)],
    ),
    outcomeSound(done('shipping').by(byOrder), { givenUp: ended('cancelled').by(byOrder) }),
    sagaEnds(
      begun.by(({ id }) => id),
      [
        { done: done('payment').by(bySaga), undone: undone('payment').by(bySaga) },
        { done: done('stock').by(bySaga), undone: undone('stock').by(bySaga) },
        { done: done('shipping').by(bySaga) },
      ],
      { ended: [ended('completed').by(({ id }) => id), ended('cancelled').by(({ id }) => id)] },
    ),
    sagaSingle(begun.by(byOrder), {
      undone: [undone('payment').by(byOrder), undone('stock').by(byOrder)],
      completed: done('shipping').by(byOrder),
    }),
    effectOnce(done('payment').by(byOrder), { name: 'paid-once' }),
    atEnd('completed-is-shipped', ({ rows }) => {
      const shipped = new Set(rows(db.table.shipping).flatMap((work) => (work.state === 'done' ? [work.sagaId] : [])));
      const odd = rows(sagas).find(({ state, id }) => (state === 'completed') !== shipped.has(id));
      return !odd || `${odd.id} is ${odd.state}, and ${shipped.has(odd.id) ? 'shipped' : 'not shipped'}`;
    }),
    eventualDelivery(mq.published('answers')),
  ],
  variants,
  faults: {
    without: { 'clock-skew': 'nobody reads a clock', conflict: 'its transactions are read committed' },
    assumes: ['queues are durable', 'dead letters reach their queue'],
  },
});
