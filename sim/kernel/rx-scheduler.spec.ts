import fc from 'fast-check';
import {
  bufferTime,
  concat,
  debounceTime,
  delay,
  EMPTY,
  interval,
  map,
  NEVER,
  Observable,
  observeOn,
  of,
  type SchedulerAction,
  type SchedulerLike,
  startWith,
  Subscription,
  take,
  throttleTime,
  timeout,
  timer,
  VirtualTimeScheduler,
} from 'rxjs';
import { expect, test } from 'vitest';
import { inWorlds } from '../simulate.ts';
import { run, runIn, tiny } from '../spec-world.ts';
import { virtualTime } from './rx-scheduler.ts';

/** What the pipe emitted inside a service, each value with its time since the subscription. */
async function heard<T>(make: () => Observable<T>): Promise<(readonly [number, unknown])[]> {
  const seen: (readonly [number, unknown])[] = [];
  await run([
    tiny(() => {
      const startedMs = virtualTime.now();
      const see = (what: unknown): void => void seen.push([virtualTime.now() - startedMs, what]);
      make().subscribe({ next: see, error: (error: Error) => see(error.name), complete: () => see('end') });
    }),
  ]);
  return seen;
}

/** Emits the numbers at these milliseconds. */
function at(...timesMs: number[]): Observable<number> {
  return new Observable((subscriber) => {
    const all = new Subscription();
    for (const ms of timesMs) all.add(timer(ms, virtualTime).subscribe(() => subscriber.next(ms)));
    return all;
  });
}

test.each<[string, () => Observable<unknown>, (readonly [number, unknown])[]]>([
  [
    'timer',
    () => timer(50, 20, virtualTime).pipe(take(3)),
    [
      [50, 0],
      [70, 1],
      [90, 2],
      [90, 'end'],
    ],
  ],
  [
    'interval',
    () => interval(30, virtualTime).pipe(take(2)),
    [
      [30, 0],
      [60, 1],
      [60, 'end'],
    ],
  ],
  [
    'delay',
    () => of('a').pipe(delay(1500, virtualTime)),
    [
      [1500, 'a'],
      [1500, 'end'],
    ],
  ],
  [
    'debounceTime',
    () => at(0, 5, 40, 45).pipe(debounceTime(20, virtualTime), take(2)),
    [
      [25, 5],
      [65, 45],
      [65, 'end'],
    ],
  ],
  [
    'throttleTime',
    () => at(0, 5, 40, 45).pipe(throttleTime(20, virtualTime), take(2)),
    [
      [0, 0],
      [40, 40],
      [40, 'end'],
    ],
  ],
  [
    'bufferTime',
    () => at(1, 5, 40).pipe(bufferTime(30, virtualTime), take(2)),
    [
      [30, [1, 5]],
      [60, [40]],
      [60, 'end'],
    ],
  ],
  ['timeout', () => NEVER.pipe(timeout({ each: 700, scheduler: virtualTime })), [[700, 'TimeoutError']]],
  [
    'observeOn',
    () => of('a').pipe(observeOn(virtualTime, 10), startWith('b')),
    [
      [0, 'b'],
      [10, 'a'],
      [10, 'end'],
    ],
  ],
  [
    'timer for ever',
    () => concat(timer(5, virtualTime).pipe(map(() => 'x')), EMPTY),
    [
      [5, 'x'],
      [5, 'end'],
    ],
  ],
])('%s runs on virtual time', async (_, make, expected) => {
  expect(await heard(make)).toEqual(expected);
});

interface Job {
  readonly delays: readonly number[];
  readonly children: readonly Job[];
  readonly cancels: number;
}

const { job } = fc.letrec<{ job: Job }>((tie) => ({
  job: fc.record({
    delays: fc.array(fc.oneof(fc.nat(4), fc.constant(0.5)), { minLength: 1, maxLength: 4 }),
    children: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('job'), { maxLength: 3 })),
    cancels: fc.integer({ min: -3, max: 6 }),
  }),
}));

/**
 * Schedules the jobs, each rescheduling itself, setting children and cancelling others; tells who ran when.
 * @param acts what each turn does besides: turns that change nothing for long are put to sleep
 */
function play(
  scheduler: SchedulerLike,
  jobs: readonly Job[],
  acts: () => unknown = () => undefined,
): { label: number; ms: number }[] {
  const ran: { label: number; ms: number }[] = [];
  const actions: Subscription[] = [];
  const startMs = scheduler.now();
  const set = ({ delays, children, cancels }: Job): void => {
    const label = actions.length;
    const work = function (this: SchedulerAction<number>, turn: number): void {
      ran.push({ label, ms: scheduler.now() - startMs });
      acts();
      if (turn === 0) children.forEach(set);
      actions[cancels]?.unsubscribe();
      if (turn + 1 < delays.length && label !== cancels) this.schedule(turn + 1, delays[turn + 1]);
    };
    const place = actions.push(Subscription.EMPTY) - 1;
    actions[place] = scheduler.schedule(work, delays[0] as number, 0);
  };
  jobs.forEach(set);
  return ran;
}

test('it runs what is scheduled in the order of the scheduler of RxJS itself', async () => {
  await inWorlds(() =>
    fc.assert(
      fc.asyncProperty(fc.array(job, { maxLength: 6 }), async (jobs) => {
        let ran: readonly { label: number; ms: number }[] = [];
        const reference = new VirtualTimeScheduler();
        const expected = play(reference, jobs);
        reference.flush();
        await runIn([
          tiny(({ mq }) => {
            ran = play(virtualTime, jobs, () => mq.publish({ key: 'letters' }, {}));
          }),
        ]);
        expect(ran).toEqual(expected.map(({ label, ms }) => ({ label, ms: Math.floor(ms) })));
      }),
      { numRuns: 150 },
    ),
  );
});

test('an infinite delay is never, and scheduling a waiting action again replaces its wait', async () => {
  const ran: string[] = [];
  await run([
    tiny(() => {
      virtualTime.schedule(() => ran.push('never'), Infinity);
      const action = virtualTime.schedule((state) => ran.push(String(state)), 10, 'first') as SchedulerAction<string>;
      action.schedule('second', 20);
    }),
  ]);
  expect(ran).toEqual(['second']);
});

test('what throws in scheduled work crashes its process, and its other work dies with it', async () => {
  const ran: number[] = [];
  const record = await run([
    tiny((_, { instance }) => {
      if (ran.push(instance) > 1) return;
      virtualTime.schedule(() => ran.push(-1), 20);
      virtualTime.schedule(() => {
        throw new RangeError('boom');
      }, 10);
    }),
  ]);
  expect(record.entries.find(({ kind }) => kind === 'crashed')?.data).toMatchObject({ why: 'RangeError' });
  expect(ran).toEqual([0, 0]);
});

test('outside a world it says so', () => {
  expect(() => virtualTime.now()).toThrow(expect.objectContaining({ code: 'EDDY_NO_WORLD' }) as Error);
  expect(() => virtualTime.schedule(() => {}, 1)).toThrow(expect.objectContaining({ code: 'EDDY_NO_WORLD' }) as Error);
});
