/**
 * Kafka's errors by their names. What a code of Eddy stands for at the ports is in the table too, and a sentence that says
 * what happened. Source: Errors.java.
 */
import { EddyError } from '../../errors.ts';

type EddyCode =
  | 'EDDY_UNAVAILABLE'
  | 'EDDY_TIMEOUT'
  | 'EDDY_FENCED'
  | 'EDDY_ILLEGAL_GENERATION'
  | 'EDDY_CONFIG'
  | 'EDDY_LOG';

interface Row {
  /** Kafka's number for it. */
  readonly number: number;
  /** Whether a client sends the same request again by itself. */
  readonly retriable: boolean;
  readonly code: EddyCode;
  readonly says: string;
}

const row = (number: number, code: EddyCode, says: string): Row => ({ number, retriable: false, code, says });
const retriable = (number: number, code: EddyCode, says: string): Row => ({ number, retriable: true, code, says });

const ROWS = {
  OFFSET_OUT_OF_RANGE: row(1, 'EDDY_LOG', 'the offset is below the start of the log or above its end'),
  UNKNOWN_TOPIC_OR_PARTITION: retriable(3, 'EDDY_LOG', 'the broker has no such topic or partition'),
  LEADER_NOT_AVAILABLE: retriable(5, 'EDDY_UNAVAILABLE', 'the partition has no leader at the moment'),
  NOT_LEADER_OR_FOLLOWER: retriable(6, 'EDDY_UNAVAILABLE', 'the broker is no longer the leader of the partition'),
  REQUEST_TIMED_OUT: retriable(7, 'EDDY_TIMEOUT', 'the request was not answered in time; it may have had its effect'),
  INVALID_TOPIC_EXCEPTION: row(17, 'EDDY_CONFIG', 'no topic can have this name'),
  MESSAGE_TOO_LARGE: row(10, 'EDDY_LOG', 'the batch is larger than the topic takes (maxMessageBytes)'),
  COORDINATOR_LOAD_IN_PROGRESS: retriable(14, 'EDDY_UNAVAILABLE', 'the coordinator has moved and still reads its log'),
  COORDINATOR_NOT_AVAILABLE: retriable(15, 'EDDY_UNAVAILABLE', 'there is no coordinator at the moment'),
  NOT_COORDINATOR: retriable(16, 'EDDY_UNAVAILABLE', 'the coordinator has moved to another broker'),
  NOT_ENOUGH_REPLICAS: retriable(
    19,
    'EDDY_UNAVAILABLE',
    'fewer replicas are in sync than minInsyncReplicas; nothing was appended',
  ),
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: retriable(
    20,
    'EDDY_UNAVAILABLE',
    'appended, but fewer replicas are in sync than minInsyncReplicas',
  ),
  INVALID_REQUIRED_ACKS: row(21, 'EDDY_CONFIG', 'acks must be 0, 1 or all'),
  ILLEGAL_GENERATION: row(22, 'EDDY_ILLEGAL_GENERATION', 'the group has gone on to another generation'),
  INCONSISTENT_GROUP_PROTOCOL: row(23, 'EDDY_CONFIG', 'the member knows none of the assignors of the others'),
  INVALID_GROUP_ID: row(24, 'EDDY_CONFIG', 'the group has no valid name'),
  UNKNOWN_MEMBER_ID: row(25, 'EDDY_ILLEGAL_GENERATION', 'the coordinator does not know the member (any more)'),
  INVALID_SESSION_TIMEOUT: row(26, 'EDDY_CONFIG', 'the session time-out is outside what the broker allows'),
  REBALANCE_IN_PROGRESS: row(27, 'EDDY_ILLEGAL_GENERATION', 'the group is rebalancing: join again first'),
  INVALID_TIMESTAMP: row(32, 'EDDY_LOG', "the time stamp is too far from the broker's clock"),
  TOPIC_ALREADY_EXISTS: row(36, 'EDDY_CONFIG', 'there is a topic of this name'),
  INVALID_PARTITIONS: row(37, 'EDDY_CONFIG', 'a topic has one partition at least, and partitions can only be added'),
  INVALID_REPLICATION_FACTOR: row(38, 'EDDY_CONFIG', 'there are not so many brokers, or it is less than one'),
  INVALID_REPLICA_ASSIGNMENT: row(39, 'EDDY_CONFIG', 'the replicas are not on brokers that are there'),
  POLICY_VIOLATION: row(44, 'EDDY_CONFIG', 'it asks for more partitions than one request may'),
  INVALID_CONFIG: row(40, 'EDDY_CONFIG', 'the broker knows no such setting, or it cannot have this value'),
  INVALID_REQUEST: row(42, 'EDDY_CONFIG', 'the request contradicts itself'),
  OUT_OF_ORDER_SEQUENCE_NUMBER: row(
    45,
    'EDDY_LOG',
    'the sequence does not follow the last one that this producer wrote here',
  ),
  DUPLICATE_SEQUENCE_NUMBER: row(46, 'EDDY_LOG', 'the batch was written before'),
  INVALID_PRODUCER_EPOCH: row(
    47,
    'EDDY_FENCED',
    'a newer epoch of the producer has written here, or its transaction timed out',
  ),
  INVALID_TXN_STATE: row(48, 'EDDY_LOG', 'the transaction is in no state for this'),
  INVALID_PRODUCER_ID_MAPPING: row(49, 'EDDY_FENCED', 'the transactional id belongs to another producer id'),
  INVALID_TRANSACTION_TIMEOUT: row(
    50,
    'EDDY_CONFIG',
    'the transaction time-out is longer than the broker allows (15 minutes)',
  ),
  CONCURRENT_TRANSACTIONS: retriable(
    51,
    'EDDY_UNAVAILABLE',
    'the last transaction of this id is still being completed',
  ),
  UNKNOWN_PRODUCER_ID: row(59, 'EDDY_LOG', 'the broker has forgotten the producer'),
  NON_EMPTY_GROUP: row(68, 'EDDY_CONFIG', 'the group has members'),
  GROUP_ID_NOT_FOUND: row(69, 'EDDY_CONFIG', 'there is no such group'),
  FENCED_LEADER_EPOCH: retriable(74, 'EDDY_UNAVAILABLE', 'the partition has had another leader since'),
  UNKNOWN_LEADER_EPOCH: retriable(75, 'EDDY_UNAVAILABLE', 'the broker does not know this leader yet'),
  OFFSET_NOT_AVAILABLE: retriable(78, 'EDDY_UNAVAILABLE', "a new leader's high watermark has not caught up yet"),
  MEMBER_ID_REQUIRED: row(79, 'EDDY_ILLEGAL_GENERATION', 'join again with the member id that was given'),
  GROUP_MAX_SIZE_REACHED: row(81, 'EDDY_CONFIG', 'the group is full'),
  FENCED_INSTANCE_ID: row(82, 'EDDY_FENCED', 'another member has joined with the same instance id'),
  ELIGIBLE_LEADERS_NOT_AVAILABLE: retriable(83, 'EDDY_UNAVAILABLE', 'no replica that could lead is there'),
  INVALID_RECORD: row(87, 'EDDY_LOG', 'a record of a compacted topic needs a key'),
  UNSTABLE_OFFSET_COMMIT: retriable(
    88,
    'EDDY_UNAVAILABLE',
    'a transaction that commits offsets of the partition is open',
  ),
  PRODUCER_FENCED: row(90, 'EDDY_FENCED', 'a newer producer has the same transactional id'),
  TRANSACTIONAL_ID_NOT_FOUND: row(105, 'EDDY_LOG', 'no producer has this transactional id'),
  TRANSACTION_ABORTABLE: row(120, 'EDDY_LOG', 'the transaction can only be aborted'),
} as const satisfies Record<string, Row>;

export type KafkaErrorName = keyof typeof ROWS;

/** What a request is answered with when it is refused. */
export interface Refused {
  readonly error: KafkaErrorName;
}

export function refused(error: KafkaErrorName): Refused {
  return { error };
}

export function isRefused(answer: object): answer is Refused {
  return 'error' in answer && answer.error !== undefined;
}

/** Kafka's table for an error: its number, whether a client tries again by itself, Eddy's code at the ports, a sentence. */
export function kafkaError(name: KafkaErrorName): Row {
  return ROWS[name];
}

/** The error as a port raises it; `data.kafka` is Kafka's name. */
export function eddyError(name: KafkaErrorName, data: Readonly<Record<string, unknown>> = {}): EddyError {
  const { code, says } = ROWS[name];
  return new EddyError(code, `${name}: ${says}`, { ...data, kafka: name });
}
