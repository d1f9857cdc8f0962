/** How the cost of a message grows: with the length of the history, and with queues, consumers and partitions that there are besides. */
import { logBroker } from '../../index.ts';
import { service, type ServiceShape } from '../../sim/services/service.ts';
import type { System } from '../../sim/simulate.ts';
import { play, roundTrips } from './queue.ts';
import { cpuUsOf, type Row } from './row.ts';

const TRIPS = 3_000;
/** What is there and not used is to cost next to nothing; what is noise on a busy machine is allowed for. */
const FLAT = 2;

function records({ partitions }: { partitions: number }): System {
  const log = logBroker('log', { topics: { work: { partitions } } });
  const reader = service('reader', { log }, ({ log }) => {
    log.consume(['work'], { group: 'readers', from: 'earliest' }).subscribe(({ commit }) => commit());
  });
  return {
    services: [reader as ServiceShape],
    workload: {
      uses: { log },
      key: (id: string) => id,
      send: ((id: string, ports: { log: NonNullable<(typeof log)['~port']> }) =>
        ports.log.produce('work', { id, type: 'Work', key: id, body: {} })) as unknown as System['workload']['send'],
    },
  };
}

async function perTripUs(system: System, trips = TRIPS): Promise<number> {
  return (await cpuUsOf(() => play(system, trips))) / trips;
}

function against(
  name: string,
  many: System,
  few: System,
  trips: readonly [many: number, few: number] = [TRIPS, TRIPS],
): Row {
  const measure = async (): Promise<number> => {
    const base = await perTripUs(few, trips[1]);
    return (await perTripUs(many, trips[0])) / base;
  };
  return { name: `cost of a message, ${name}`, unit: 'x', bar: FLAT, holds: 'at most', rounds: 3, measure };
}

export const growth: readonly Row[] = [
  against('after 500 000 entries against after 30 000', roundTrips(), roundTrips(), [50_000, TRIPS]),
  against('10 000 queues against 1', roundTrips({ queues: 10_000 }), roundTrips()),
  against('100 consumers against 1', roundTrips({ consumers: 100 }), roundTrips()),
  against('1 000 partitions against 10', records({ partitions: 1_000 }), records({ partitions: 10 })),
];
