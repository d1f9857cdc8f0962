/** The components of the bank-account scenario, and what travels between them. */
import { eventStore, external, queueBroker, tables } from '../../index.ts';

export const ACCOUNTS = ['Ann', 'Bob'] as const;
export type Via = 'branch' | 'app';

/** What a customer asks for. */
export interface Command {
  readonly id: string;
  readonly account: (typeof ACCOUNTS)[number];
  readonly do: 'deposit' | 'withdraw';
  readonly cents: number;
  readonly via: Via;
}

/** What became of a command. Schema 1 does not say where it came from; all commands of that time came from a branch. */
export interface AccountEvent {
  readonly type: 'Deposited' | 'Withdrawn' | 'Refused';
  readonly schemaVersion?: 2;
  readonly commandId: string;
  readonly cents: number;
  /** After it. */
  readonly balance: number;
  /** Milliseconds since 1970, by the clock of the host that took the command. */
  readonly at: number;
  readonly via?: Via;
}

export const mq = queueBroker('mq', {
  queues: { commands: { type: 'quorum', deadLetterTo: 'commands.dead' }, 'commands.dead': {} },
});

export const bank = eventStore<AccountEvent>('bank');

export interface Balance {
  readonly account: string;
  readonly cents: number;
  readonly movements: number;
  readonly at: number;
  /** The last event in it. */
  readonly eventId: string;
}

/** How far somebody has come in the log. */
export interface Checkpoint {
  readonly id: 'balances' | 'letters';
  readonly position: bigint;
  /** Of the event at that position. */
  readonly eventId: string;
  /** Views are built anew by a release that makes them otherwise: the older one then stands down. */
  readonly generation: number;
}

const begin = { position: 0n, eventId: '', generation: 1 };

export const db = tables<{
  balances: Balance;
  checkpoints: Checkpoint;
  readiness: { service: string; state: 'stopped' | 'replaying' | 'live' };
}>('db', {
  balances: { key: 'account' },
  checkpoints: {
    key: 'id',
    rows: [
      { id: 'balances', ...begin },
      { id: 'letters', ...begin },
    ],
  },
  readiness: { key: 'service', rows: [{ service: 'letters', state: 'stopped' }] },
});

/** An account with less than this gets a letter about each movement. */
export const LOW_CENTS = 5_000;

export interface Letter {
  readonly eventId: string;
  readonly account: string;
  readonly balance: number;
  readonly lowSince: number;
}

/** The post office knows an event that it has had a letter about, and sends no second one. */
export const post = external('post', {
  send: { reply: (letter: Letter) => ({ sent: letter.eventId }), idempotentBy: (letter: Letter) => letter.eventId },
});

export const streamOf = (account: string): string => `account-${account}`;
export const accountOf = (stream: string): string => stream.slice('account-'.length);
