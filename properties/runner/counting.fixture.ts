/** A scenario whose module keeps state: each run of a thread tells how many there were before it. */
import fc from 'fast-check';
import { atEnd, queueBroker, scenario, service } from '../../index.ts';

const mq = queueBroker('mq', { queues: { notes: {} } });
const reader = service('reader', { mq }, ({ mq }) => {
  mq.consume('notes').subscribe(({ ack }) => ack());
});

let runs = 0;

export default scenario({
  name: 'counting',
  services: { reader },
  workload: {
    item: fc.constant('note'),
    key: (note) => note,
    count: [1, 1],
    uses: { mq },
    send: (id, { mq }) => mq.publish({ key: 'notes' }, { runs: runs++ }, { id, type: 'Note' }),
  },
  properties: [atEnd('fine', () => true)],
  variants: {
    one: { breaks: 'fine', because: 'it is another', services: { reader } },
    two: { breaks: 'fine', because: 'it is a third', services: { reader } },
  },
});
