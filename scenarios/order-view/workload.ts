/** Reports about a few orders, over some seconds: a release that comes meanwhile has some behind it and some before it. */
import fc from 'fast-check';
import { firstValueFrom, timer } from 'rxjs';
import { mq, type Report, STATES } from './system.ts';

const PAUSE_MS = 500;

export const workload = {
  item: fc.record({
    reportId: fc.integer({ min: 1, max: 9_999 }).map((n) => `r${n}`),
    orderId: fc.constantFrom('o1', 'o2', 'o3'),
    state: fc.constantFrom(...STATES),
  }),
  key: (report: Report) => report.reportId,
  count: [3, 8] as const,
  uses: { mq },
  send: async (report: Report, { mq: { publish } }: { mq: { publish: Publish } }) => {
    await firstValueFrom(timer(PAUSE_MS));
    await publish({ key: 'reports' }, report, { id: report.reportId, type: 'OrderReported' });
  },
};
type Publish = NonNullable<(typeof mq)['~port']>['publish'];
