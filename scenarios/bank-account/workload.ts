/** Commands as customers give them, with time in between. */
import fc from 'fast-check';
import { firstValueFrom, timer } from 'rxjs';
import { ACCOUNTS, type Command, mq } from './system.ts';

interface Given extends Command {
  readonly afterMs: number;
}

type Port = NonNullable<(typeof mq)['~port']>;

export const workload = {
  item: fc.record({
    id: fc.integer({ min: 1, max: 999 }).map((n) => `c${n}`),
    account: fc.constantFrom(...ACCOUNTS),
    do: fc.constantFrom('deposit' as const, 'deposit' as const, 'withdraw' as const),
    cents: fc.integer({ min: 1, max: 3_000 }),
    via: fc.constantFrom('branch' as const, 'app' as const),
    afterMs: fc.integer({ min: 60, max: 1_000 }),
  }),
  key: ({ id }: Given) => id,
  count: [3, 8] as const,
  uses: { mq },
  send: async ({ afterMs, ...command }: Given, { mq }: { mq: Port }) => {
    await firstValueFrom(timer(afterMs));
    await mq.publish({ key: 'commands' }, command, { id: command.id, type: 'Command' });
  },
};
