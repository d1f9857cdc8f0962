/** An account as its events make it, in the two releases of the program that there are. */
import type { AccountEvent, Command, Via } from './system.ts';

export interface Account {
  /** Of the program that folded it. */
  readonly schema: 1 | 2;
  readonly cents: number;
  /** Commands that were taken; one that comes again changes nothing. */
  readonly taken: readonly string[];
  /** Where movements came from: since schema 2. */
  readonly via?: Readonly<Record<Via, number>>;
}

export interface Release {
  readonly schema: Account['schema'];
  initial(): Account;
  evolve(account: Account, event: AccountEvent): Account;
  /** The event as this release stores it. */
  stored(event: AccountEvent, command: Command): AccountEvent;
}

/** Reads past what it does not know. */
export const release1: Release = {
  schema: 1,
  initial: () => ({ schema: 1, cents: 0, taken: [] }),
  evolve: moved,
  stored: (event) => event,
};

export const release2: Release = {
  schema: 2,
  initial: () => ({ schema: 2, cents: 0, taken: [], via: { branch: 0, app: 0 } }),
  evolve(account, event) {
    const { via = { branch: 0, app: 0 } } = account;
    const { via: from } = upcast(event);
    return { ...moved(account, event), via: { ...via, [from]: via[from] + 1 } };
  },
  stored: (event, { via }) => ({ ...event, schemaVersion: 2, via }),
};

function moved(account: Account, { type, cents, commandId }: AccountEvent): Account {
  const change = type === 'Deposited' ? cents : type === 'Withdrawn' ? -cents : 0;
  return { ...account, cents: account.cents + change, taken: [...account.taken, commandId] };
}

function upcast(event: AccountEvent): AccountEvent & { readonly via: Via } {
  return { ...event, via: event.via ?? 'branch' };
}

/** What a command comes to; nothing when it was taken before. */
export function decide(account: Account, command: Command, at: number): AccountEvent | undefined {
  const { id: commandId, cents } = command;
  if (account.taken.includes(commandId)) return undefined;
  const event = { commandId, cents, at };
  if (command.do === 'deposit') return { type: 'Deposited', ...event, balance: account.cents + cents };
  if (cents > account.cents) return { type: 'Refused', ...event, balance: account.cents };
  return { type: 'Withdrawn', ...event, balance: account.cents - cents };
}
