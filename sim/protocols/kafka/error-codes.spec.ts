import { expect, test } from 'vitest';
import { type KafkaErrorName, kafkaError } from '../../brokers/log/kafka-error.ts';
import { errorCode } from './error-codes.ts';

const AT_THE_PORTS: readonly KafkaErrorName[] = [
  'OFFSET_OUT_OF_RANGE',
  'NOT_LEADER_OR_FOLLOWER',
  'REBALANCE_IN_PROGRESS',
  'INVALID_PRODUCER_EPOCH',
  'FENCED_INSTANCE_ID',
  'PRODUCER_FENCED',
  'TRANSACTIONAL_ID_NOT_FOUND',
  'TRANSACTION_ABORTABLE',
];

test.each(AT_THE_PORTS)('%s has the number that it has at the ports', (name) => {
  expect(errorCode(name)).toBe(kafkaError(name).number);
});

test('no error is none', () => {
  expect(errorCode('NONE')).toBe(0);
  expect(errorCode('UNKNOWN_SERVER_ERROR')).toBe(-1);
});
