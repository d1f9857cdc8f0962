/** Retries and redrives as they are often built: each loses an invoice, books one twice, or never lets go of one. */
import { defer, lastValueFrom, retry, timer } from 'rxjs';
import { type Service, type Variant, virtualTime } from '../../index.ts';
import { invoicingWith, type Park, publishTo } from './invoicing.ts';
import { memoryOf, type Parts } from './progress.ts';
import { type Move, redriveWith } from './redrive.ts';

type Wrong = Record<string, Variant<{ invoicing: Service; redrive: Service }>>;

const countsInMemory = (): Partial<Parts> => {
  const attempts = new Map<string, number>();
  return {
    count: async (_tx, { id, redrives }) => {
      const key = `${id} ${redrives}`;
      const attempt = (attempts.get(key) ?? 0) + 1;
      attempts.set(key, attempt);
      return attempt;
    },
  };
};

const MEMORY_MS = 5 * 60_000;

const forgets: Partial<Parts> = {
  remember: async (tx, message) => {
    const known = await tx.get('inbox', message.id);
    if (known && virtualTime.now() - known.atMs < MEMORY_MS) return false;
    await tx.put('inbox', memoryOf(message));
    return true;
  },
};

const keepsTheHighest: Partial<Parts> = {
  remember: async (tx, message) => {
    const { customer, number, atMs } = memoryOf(message);
    const highest = await tx.get('inbox', customer);
    if (highest && number <= highest.number) return false;
    await tx.put('inbox', { messageId: customer, customer, number, atMs });
    return true;
  },
};

type Deaths = readonly { readonly queue: string; readonly count: number }[];

/** The broker tells how often a message has died where, so that nothing of it needs to be stored. */
const countsDeaths: Partial<Parts> = {
  count: async (tx, row, { message, redelivered }) => {
    const deaths = (message.headers['x-death'] ?? []) as Deaths;
    const retries = deaths.filter(({ queue }) => queue.startsWith('invoices.retry.'));
    const attempt = redelivered ? row.attempts + 1 : retries.reduce((sum, { count }) => sum + count, 1);
    await tx.put('progress', { ...row, attempts: attempt });
    return attempt;
  },
};

const untilConfirmed = (publish: () => Promise<void>): Promise<void> =>
  lastValueFrom(defer(publish).pipe(retry({ delay: () => timer(500) })));

const acksThenPublishes: Park = async (delivery, reason, ports) => {
  await delivery.ack(); // out of the way of the others
  await untilConfirmed(() => publishTo('parking', delivery.message, ports, { reason }));
};

const acksThenMoves: Move = async (delivery, giveBack) => {
  await delivery.ack(); // so that nobody brings it back twice
  await untilConfirmed(giveBack);
};

export const variants: Wrong = {
  'lets-the-key-pass': {
    catalogue: 40,
    breaks: 'O4',
    because: "a customer's later invoices pass the one that waits for its retry",
    services: { invoicing: invoicingWith(() => ({ isBehind: async () => false })) },
  },
  'counts-in-memory': {
    catalogue: 42,
    breaks: 'P2',
    because: 'it counts attempts in memory, and who dies of a message forgets them',
    services: { invoicing: invoicingWith(countsInMemory) },
  },
  'redrive-acks-first': {
    catalogue: 43,
    breaks: 'P1',
    because: 'the redrive removes the parked message before the broker has confirmed its return',
    services: { redrive: redriveWith(acksThenMoves) },
  },
  'acks-before-parking': {
    catalogue: 44,
    breaks: 'P1',
    because: 'it acks the message before its parked copy is published',
    services: { invoicing: invoicingWith(undefined, acksThenPublishes) },
  },
  'forgets-too-soon': {
    catalogue: 11,
    breaks: 'I1',
    because: 'it remembers ids for less time than a parked message rests',
    services: { invoicing: invoicingWith(() => forgets) },
  },
  'keeps-the-highest': {
    catalogue: 12,
    breaks: 'I3',
    because: "it remembers a customer's highest number alone, and takes what comes later than its turn for known",
    services: { invoicing: invoicingWith(() => keepsTheHighest) },
  },
  'counts-deaths': {
    catalogue: 55,
    breaks: 'P2',
    because: 'it reads its retries from the `x-death` that it publishes again, which the broker no longer reads',
    services: { invoicing: invoicingWith(() => countsDeaths) },
  },
  // Order holds up to the consumer and no further. Met with Spring AMQP, NestJS and amqplib, where a higher prefetch runs handlers side by side.
  'takes-several-at-once': {
    breaks: 'O4',
    because: 'it works at several messages at once, and the second of a customer may take its place before the first',
    services: { invoicing: invoicingWith(() => ({ prefetch: 10 })) },
  },
};
