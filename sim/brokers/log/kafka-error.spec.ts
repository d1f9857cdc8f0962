import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { eddyError, isRefused, kafkaError, type KafkaErrorName, refused } from './kafka-error.ts';

const { errorCodes } = createRequire(import.meta.url)('kafkajs/src/protocol/error') as {
  errorCodes: readonly { readonly type: string; readonly code: number; readonly retriable: boolean }[];
};

/** What Kafka calls otherwise since. */
const RENAMED: Readonly<Record<string, KafkaErrorName>> = {
  NOT_LEADER_FOR_PARTITION: 'NOT_LEADER_OR_FOLLOWER',
  GROUP_LOAD_IN_PROGRESS: 'COORDINATOR_LOAD_IN_PROGRESS',
  GROUP_COORDINATOR_NOT_AVAILABLE: 'COORDINATOR_NOT_AVAILABLE',
  NOT_COORDINATOR_FOR_GROUP: 'NOT_COORDINATOR',
};

test('an error has the number and the name that Kafka gives it, and a code of Eddy with a sentence', () => {
  expect(kafkaError('NOT_LEADER_OR_FOLLOWER')).toMatchObject({ number: 6, retriable: true });
  const error = eddyError('PRODUCER_FENCED', { producer: 'a' });
  expect(error).toMatchObject({ code: 'EDDY_FENCED', data: { producer: 'a', kafka: 'PRODUCER_FENCED' } });
  expect(error.message).toBe('PRODUCER_FENCED: a newer producer has the same transactional id');
});

test('numbers, and what a client sends again by itself, are those that kafkajs knows', () => {
  const both = errorCodes.flatMap(({ type, code, retriable }) => {
    const name = RENAMED[type] ?? (type as KafkaErrorName);
    const { number, retriable: isRetriable } = kafkaError(name) ?? {};
    return number === undefined ? [] : [{ theirs: { name, code, retriable }, ours: [name, number, isRetriable] }];
  });
  expect(both.map(({ ours }) => ours)).toEqual(both.map(({ theirs }) => Object.values(theirs)));
  expect(both.length).toBeGreaterThan(45);
});

test.each([
  ['PRODUCER_FENCED', 90],
  ['TRANSACTIONAL_ID_NOT_FOUND', 105],
  ['TRANSACTION_ABORTABLE', 120],
] as const)('%s is newer than kafkajs: %d', (name, number) => {
  expect(kafkaError(name)).toMatchObject({ number, retriable: false });
});

test('a refusal is known by its error', () => {
  expect(isRefused(refused('MESSAGE_TOO_LARGE'))).toBe(true);
  expect(isRefused({ baseOffset: 0 })).toBe(false);
});
