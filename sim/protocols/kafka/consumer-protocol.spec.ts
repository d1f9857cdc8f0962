import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { readAssignment, readSubscription, writeAssignment, writeSubscription } from './consumer-protocol.ts';

interface Codec {
  encode(o: object): Buffer;
  decode(bytes: Buffer): unknown;
}

const { MemberMetadata, MemberAssignment } = createRequire(import.meta.url)(
  'kafkajs/src/consumer/assignerProtocol',
) as { MemberMetadata: Codec; MemberAssignment: Codec };

test('the subscription of kafkajs', () => {
  const metadata = MemberMetadata.encode({ version: 0, topics: ['orders', 'bills'], userData: Buffer.from('x') });
  const value = { topics: ['orders', 'bills'], userData: Buffer.from('x'), ownedPartitions: [] };
  expect(readSubscription(metadata)).toEqual({ value });
  expect(writeSubscription(0, value)).toEqual(metadata);
});

test('the assignment of kafkajs', () => {
  const bytes = MemberAssignment.encode({ version: 1, assignment: { orders: [2, 0] }, userData: Buffer.alloc(0) });
  const value = { assignedPartitions: [{ topic: 'orders', partitions: [2, 0] }], userData: Buffer.alloc(0) };
  expect(readAssignment(bytes)).toEqual({ value });
  expect(writeAssignment(1, value)).toEqual(bytes);
});

test('what a member holds is told since version 1, and what comes later is passed over', () => {
  const value = { topics: ['orders'], userData: null, ownedPartitions: [{ topic: 'orders', partitions: [1] }] };
  expect(readSubscription(writeSubscription(1, value))).toEqual({ value });
  expect(readSubscription(Buffer.concat([writeSubscription(2, value), Buffer.of(0, 0, 0, 7)]))).toEqual({ value });
  expect(readSubscription(writeSubscription(0, value))).toEqual({ value: { ...value, ownedPartitions: [] } });
});

test('no bytes are no partitions, other bytes are refused', () => {
  expect(readAssignment(Buffer.alloc(0))).toEqual({ value: { assignedPartitions: [], userData: null } });
  expect(readAssignment(Buffer.of(0, 1, 9))).toHaveProperty('refused');
  expect(readSubscription(Buffer.alloc(0))).toHaveProperty('refused');
});
