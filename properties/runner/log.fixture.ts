/** A small scenario with a log for specs: orders in, one row for each, and what was shipped out, in transactions. */
import fc from 'fast-check';
import {
  eventualDelivery,
  logBroker,
  logIntegrity,
  monotonicConsumption,
  noLoss,
  noSkip,
  type Ports,
  scenario,
  service,
  tables,
} from '../../index.ts';
import type { FaultModel, ScenarioShape } from '../scenario.ts';

interface Order {
  id: string;
  of: string;
}

/** What every topic can show is shown by one of them. */
export function warehouse(faults: FaultModel = {}): ScenarioShape {
  const log = logBroker('log', {
    topics: {
      orders: { partitions: 2, growsTo: 4, retentionMs: 3_600_000, uncleanElection: true },
      shipped: { partitions: 1, cleanup: 'compact', replicas: 1 },
    },
  });
  const db = tables<{ orders: { id: string } }>('db', { orders: { key: 'id' } });
  const uses = { log, db };
  const start = (ports: Ports<typeof uses>): void => {
    const shipping = ports.log.producer({ acks: 1 });
    const consumer = ports.log.consumer<Order>(['orders'], { group: 'warehouse', isolation: 'read_committed' });
    const handled = consumer.eachMessage(async ({ message }) => {
      await ports.db.transaction((tx) => tx.put('orders', { id: message.id }));
      await shipping.produce('shipped', { id: `s-${message.id}`, type: 'Shipped', key: 'stock', body: {} });
    });
    handled.catch(() => {});
  };
  const made = scenario({
    name: 'warehouse',
    services: { warehouse: service('warehouse', uses, start).with({ instances: 2 }) },
    workload: {
      item: fc.record({ id: fc.uuid(), of: fc.constantFrom('a', 'b', 'c') }),
      key: (order: Order) => order.id,
      count: [3, 5],
      uses: { log },
      send: async (order, ports) => {
        await ports.log.produce('orders', { id: order.id, type: 'Order', key: order.of, body: order });
      },
    },
    properties: [],
    faults,
  });
  return made as unknown as ScenarioShape;
}

/** One that does all right, over a log that may lose what the configuration lets go. */
export function depot(cleanup: 'delete' | 'compact'): ScenarioShape {
  const topic = cleanup === 'delete' ? { partitions: 2, retentionMs: 3_600_000 } : { partitions: 2, cleanup };
  const log = logBroker('log', { topics: { orders: topic } });
  const db = tables<{ orders: { id: string } }>('db', { orders: { key: 'id' } });
  const uses = { log, db };
  const start = (ports: Ports<typeof uses>): void => {
    const consumer = ports.log.consumer<Order>(['orders'], { group: 'depot', isolation: 'read_committed' });
    const handled = consumer.eachMessage(({ message }) =>
      ports.db.transaction((tx) => tx.put('orders', { id: message.id })),
    );
    handled.catch(() => {});
  };
  const made = scenario({
    name: 'depot',
    services: { depot: service('depot', uses, start).with({ instances: 2 }) },
    workload: {
      item: fc.record({ id: fc.uuid(), of: fc.constantFrom('a', 'b') }),
      key: (order: Order) => order.id,
      count: [3, 5],
      uses: { log },
      send: async (order, ports) => {
        await ports.log.produce('orders', { id: order.id, type: 'Order', key: order.of, body: order });
      },
    },
    properties: [
      noLoss(
        log.confirmed('orders').by((message) => message.id),
        [db.table.orders.inserted.by((row) => row.id)],
      ),
      eventualDelivery(log.published('orders')),
      logIntegrity(log.published('orders')),
      monotonicConsumption(log.delivered('orders')),
      noSkip(log.delivered('orders')),
    ],
  });
  return made as unknown as ScenarioShape;
}
