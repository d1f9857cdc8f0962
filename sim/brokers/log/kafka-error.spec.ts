import { expect, test } from 'vitest';
import { eddyError, isRefused, kafkaError, refused } from './kafka-error.ts';

test('an error has the number and the name that Kafka gives it, and a code of Eddy with a sentence', () => {
  expect(kafkaError('NOT_LEADER_OR_FOLLOWER')).toMatchObject({ number: 6, retriable: true });
  const error = eddyError('PRODUCER_FENCED', { producer: 'a' });
  expect(error).toMatchObject({ code: 'EDDY_FENCED', data: { producer: 'a', kafka: 'PRODUCER_FENCED' } });
  expect(error.message).toBe('PRODUCER_FENCED: a newer producer has the same transactional id');
});

test('a refusal is known by its error', () => {
  expect(isRefused(refused('MESSAGE_TOO_LARGE'))).toBe(true);
  expect(isRefused({ baseOffset: 0 })).toBe(false);
});
