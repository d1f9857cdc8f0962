/**
 * Takes commands: load the account (snapshot and tail), decide, append behind the version that was decided on. Who is
 * told that somebody was faster loads again. A snapshot is kept when there was a tail to read.
 */
import { firstValueFrom, fromEvent, takeUntil, timer } from 'rxjs';
import { type Delivery, EddyError, type Message, type Ports, type Service, service } from '../../index.ts';
import { type Account, decide, type Release, release1, release2 } from './account.ts';
import { now } from './clock.ts';
import { ACCOUNTS, type AccountEvent, bank, type Command, mq, streamOf } from './system.ts';

const uses = { mq, bank };
type Bank = Ports<typeof uses>['bank'];
type Snapshot = Awaited<ReturnType<Bank['loadSnapshot']>>;

/** An account as of a version. */
interface Loaded {
  readonly stream: string;
  readonly version: number;
  readonly account: Account;
  /** How many events had to be read for it. */
  readonly tail: number;
}

/** The parts that wrong variants change. */
interface Steps {
  /** Whether a snapshot may stand for the events that it was made of. */
  trusts(snapshot: Account, release: Release): boolean;
  append(loaded: Loaded, event: AccountEvent, bank: Bank): Promise<{ version: number }>;
  keep(loaded: Loaded, bank: Bank): Promise<void>;
}

const steps: Steps = {
  // What another program folded is not what this one would: the events tell it all.
  trusts: ({ schema }, release) => schema === release.schema,
  append: ({ stream, version }, event, bank) => bank.append(stream, [event], { expected: version }),
  keep: ({ stream, version, account }, bank) => bank.saveSnapshot(stream, version, account),
};

const TAIL_MAX = 0;

/** The service with some of its steps replaced; a deploy brings the second release. */
export function accountsWith(changed: Partial<Steps> = {}): Service {
  const all = { ...steps, ...changed };
  return accounts(release1, all).upgradedTo(accounts(release2, all));
}

function accounts(release: Release, steps: Steps): Service {
  return service('accounts', uses, ({ mq, bank }, { stopping }) => {
    const handle = async (delivery: Delivery<Command>): Promise<void> => {
      if (!isCommand(delivery.message)) return delivery.nack({ requeue: false });
      while (!(await take(delivery.message.body, release, steps, bank)));
      await delivery.ack();
    };
    mq.consume<Command>('commands')
      .pipe(takeUntil(fromEvent(stopping, 'abort')))
      .subscribe((delivery) => {
        handle(delivery).catch(() => tryAgain(delivery).catch(() => {}));
      });
  });
}

/** @returns false when somebody else has appended meanwhile */
async function take(command: Command, release: Release, steps: Steps, bank: Bank): Promise<boolean> {
  const stream = streamOf(command.account);
  const snapshot = await bank.loadSnapshot(stream);
  const loaded = await load(stream, trusted(snapshot, release, steps), release, bank);
  const decided = decide(loaded.account, command, now());
  if (!decided) return true;
  const event = release.stored(decided, command);
  try {
    const { version } = await steps.append(loaded, event, bank);
    const account = release.evolve(loaded.account, event);
    // Without a snapshot all is as well, only slower.
    if (loaded.tail > TAIL_MAX) await steps.keep({ ...loaded, version, account }, bank).catch(() => {});
    return true;
  } catch (error) {
    if (error instanceof EddyError && error.code === 'EDDY_WRONG_VERSION') return false;
    throw error;
  }
}

function trusted(snapshot: Snapshot, release: Release, steps: Steps): Snapshot {
  return snapshot && steps.trusts(snapshot.state as Account, release) ? snapshot : undefined;
}

async function load(stream: string, snapshot: Snapshot, release: Release, bank: Bank): Promise<Loaded> {
  const { version: from = 0, state } = snapshot ?? {};
  const tail = await bank.read(stream, { from: from + 1 });
  const start = state ? { ...(state as Account), schema: release.schema } : release.initial();
  const account = tail.reduce((before, { event }) => release.evolve(before, event), start);
  return { stream, version: tail.at(-1)?.version ?? from, account, tail: tail.length };
}

async function tryAgain(delivery: Delivery<Command>): Promise<void> {
  await firstValueFrom(timer(500));
  await delivery.nack();
}

function isCommand({ parsed, body }: Message<Command>): boolean {
  if (!parsed || typeof body !== 'object' || body === null || 'version' in body) return false;
  const { id, account, do: what, cents, via } = body;
  const isKnown = typeof id === 'string' && ACCOUNTS.includes(account) && (via === 'branch' || via === 'app');
  return isKnown && (what === 'deposit' || what === 'withdraw') && Number.isSafeInteger(cents) && cents > 0;
}
