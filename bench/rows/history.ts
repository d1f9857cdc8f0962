/** What a million entries of about 200 bytes keep in memory, their digest included. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { History } from '../../sim/history/history.ts';
import type { Row } from './row.ts';

const ENTRIES = 1_000_000;
const KINDS = ['published', 'delivered', 'inserted', 'acked'];

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function fill(history: History): void {
  for (let n = 0; n < ENTRIES; n++) {
    const id = `p${n >> 2}`;
    const body = { paymentId: id, account: `account-${n % 97}`, cents: n % 10_000, currency: 'EUR' };
    const value = { id, type: 'PaymentRequested', key: 'payments', body };
    const data = {
      component: 'mq',
      channels: ['payments'],
      value,
      about: { lineage: `PaymentRequested#${id}`, nth: 1 },
    };
    history.record(n * 100, `billing/${n % 3}`, KINDS[n % KINDS.length] as string, data, n === 0 ? [] : [n - 1]);
  }
}

export const history: readonly Row[] = [
  {
    name: 'a million entries of 200 bytes, kept and hashed',
    unit: 'MB',
    bar: 400,
    holds: 'at most',
    rounds: 1,
    measure() {
      collect();
      const before = process.memoryUsage().heapUsed;
      const kept = new History();
      fill(kept);
      collect();
      const bytes = process.memoryUsage().heapUsed - before;
      if (kept.digest === '' || kept.length !== ENTRIES) throw new Error('nothing was kept');
      return bytes / 1e6;
    },
  },
];
