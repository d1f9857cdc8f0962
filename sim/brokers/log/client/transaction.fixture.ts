/** Small worlds for specs of transactions: what happened in them in words, and a transaction that writes to two topics. */
import type { Ports } from '../../../component.ts';
import { entriesOf, happened, play } from '../../../world.fixture.ts';
import { logBroker } from '../component.ts';
import type { Transaction } from './transaction.ts';

export const log = logBroker('log', { topics: { orders: { partitions: 1 }, bills: { partitions: 2 } } });
export const old = logBroker('log', {
  topics: { orders: { partitions: 1 }, bills: { partitions: 2 } },
  profile: '3.9',
});
type Here = Ports<{ log: typeof log }>;
type Tx = Transaction<'orders' | 'bills'>;

const TOLD = [
  'transactionBegan',
  'published',
  'confirmed',
  'transactionCommitted',
  'transactionAborted',
  'aborted',
  'fenced',
];

/** What happened in transactions, in words. */
export function told(record: Awaited<ReturnType<typeof play>>): string[] {
  return entriesOf(record, ...TOLD).map((entry) => {
    const { value, channels } = happened(entry);
    const { id, why } = value as { id?: string; why?: string };
    return [entry.kind, id, ...(id === undefined ? channels : []), why].filter((word) => word !== undefined).join(' ');
  });
}

export function playing(o: {
  send: (item: string, ports: Here) => Promise<void>;
  items?: readonly string[];
  faults?: readonly string[];
  profile?: '3.9' | '4.1';
}) {
  return play({ ...o, uses: { log: o.profile === '3.9' ? old : log } });
}

export const both = async (tx: Tx, id: string): Promise<void> => {
  await tx.produce('orders', { id: `${id}.order`, type: 'Order', body: { id } });
  await tx.produce('bills', { id: `${id}.bill`, type: 'Bill', key: id, body: { id } });
};
