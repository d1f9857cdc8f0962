/** A producer's settings: what the Java client and kafkajs take when nothing is said, and what they refuse. */
import { EddyError } from '../../../errors.ts';

/** How a producer sends, as in Java's client. */
export interface ProducerOptions {
  /** Whose defaults apply and how it retries; default: `java`. */
  client?: 'java' | 'kafkajs';
  /** Who has to have a record before the call settles: nobody, its leader, all in-sync replicas; default: `all`. */
  acks?: 0 | 1 | 'all';
  /** What the client retries by itself is stored once, and in order. Java: on, unless other settings speak against it; kafkajs: off. */
  idempotence?: boolean;
  /** Java: without limit; kafkajs: 5. */
  retries?: number;
  /** Batches of one partition that are on their way at once; Java: 5; kafkajs: without limit. */
  maxInFlight?: number;
  /** How long a batch waits for more records; default: 0. */
  lingerMs?: number;
  /** Records of one batch at most; default: 1 000. */
  batchRecords?: number;
  /** How long one attempt waits for its answer; default: 3 000 (Java's own, and kafkajs's: 30 000). */
  requestTimeoutMs?: number;
  /** How long a call takes at most, all attempts together; default: 10 000 (Java's own: 120 000). */
  deliveryTimeoutMs?: number;
  /** Of all producers with this id the one that was made last is alive; it can make transactions. */
  transactionalId?: string;
  /** A transaction that stays open longer is aborted by the coordinator; default: 60 000. */
  transactionTimeoutMs?: number;
}

export interface ProducerConfig {
  readonly client: 'java' | 'kafkajs';
  readonly acks: 0 | 1 | 'all';
  readonly idempotence: boolean;
  readonly retries: number;
  readonly maxInFlight: number;
  readonly lingerUs: number;
  readonly batchRecords: number;
  readonly requestTimeoutUs: number;
  readonly deliveryTimeoutUs: number;
  readonly transactionalId: string | undefined;
  readonly transactionTimeoutUs: number;
  /** The first wait before a retry; it doubles up to the other. */
  readonly backoffUs: number;
  readonly backoffMaxUs: number;
}

/** A broker remembers as many batches of a producer: more on their way could not be told from others. */
const IDEMPOTENT_IN_FLIGHT = 5;

/** @throws EddyError EDDY_CONFIG where the client would throw its ConfigException or KafkaJSNonRetriableError */
export function configOf(o: ProducerOptions, profile: '3.9' | '4.1'): ProducerConfig {
  const client = o.client ?? 'java';
  checkNumbers(o);
  const idempotence = client === 'java' ? javaIdempotence(o, profile) : kafkajsIdempotence(o);
  const isJava = client === 'java';
  return {
    client,
    acks: o.acks ?? 'all',
    idempotence,
    retries: o.retries ?? (isJava || idempotence ? Infinity : 5),
    // An idempotent kafkajs producer sends one request after the other.
    maxInFlight: isJava ? (o.maxInFlight ?? IDEMPOTENT_IN_FLIGHT) : idempotence ? 1 : (o.maxInFlight ?? Infinity),
    lingerUs: (o.lingerMs ?? 0) * 1000,
    // Each `send` of kafkajs is a request of its own.
    batchRecords: isJava ? (o.batchRecords ?? 1000) : 1,
    requestTimeoutUs: (o.requestTimeoutMs ?? 3_000) * 1000,
    deliveryTimeoutUs: (o.deliveryTimeoutMs ?? 10_000) * 1000,
    transactionalId: o.transactionalId,
    transactionTimeoutUs: (o.transactionTimeoutMs ?? 60_000) * 1000,
    backoffUs: isJava ? 100_000 : 300_000,
    backoffMaxUs: isJava ? 1_000_000 : 30_000_000,
  };
}

function javaIdempotence(o: ProducerOptions, profile: '3.9' | '4.1'): boolean {
  if (o.transactionalId !== undefined && o.idempotence === false)
    throw refused('Cannot set a transactional id without idempotence', 'transactionalId');
  if (o.idempotence === false) return false;
  const { retries = Infinity, acks = 'all', maxInFlight = IDEMPOTENT_IN_FLIGHT } = o;
  const isAsked = o.idempotence === true || o.transactionalId !== undefined;
  const conflict =
    retries === 0
      ? refused('Idempotence needs retries', 'retries')
      : acks !== 'all'
        ? refused(`Idempotence needs acks 'all', not ${acks}`, 'acks')
        : undefined;
  if (conflict && isAsked) throw conflict;
  if (conflict) return false;
  if (maxInFlight <= IDEMPOTENT_IN_FLIGHT) return true;
  // Clients up to 3.x switch it off with a warning, later ones refuse.
  if (!isAsked && profile === '3.9') return false;
  throw refused(
    `Idempotence needs at most ${IDEMPOTENT_IN_FLIGHT} batches in flight, not ${maxInFlight}`,
    'maxInFlight',
  );
}

function kafkajsIdempotence(o: ProducerOptions): boolean {
  if (o.transactionalId !== undefined && o.idempotence === false)
    throw refused('Cannot set a transactional id without idempotence', 'transactionalId');
  const isOn = o.idempotence === true || o.transactionalId !== undefined;
  if (isOn && o.retries !== undefined && o.retries < 1) throw refused('Idempotence needs retries', 'retries');
  if (isOn && o.acks !== undefined && o.acks !== 'all') throw refused(`Idempotence needs acks 'all'`, 'acks');
  return isOn;
}

function checkNumbers(o: ProducerOptions): void {
  const least = { retries: 0, maxInFlight: 1, lingerMs: 0, batchRecords: 1, requestTimeoutMs: 1, deliveryTimeoutMs: 1 };
  for (const [name, min] of Object.entries(least)) {
    const value = o[name as keyof typeof least];
    if (value !== undefined && !(value >= min)) throw refused(`${name} must be at least ${min}, not ${value}`, name);
  }
}

function refused(says: string, setting: string): EddyError {
  const sentence = `The producer refuses its settings (ConfigException): ${says}`;
  return new EddyError('EDDY_CONFIG', sentence, { setting, kafka: 'ConfigException' });
}
