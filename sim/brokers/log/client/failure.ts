/** Why an attempt failed, as the client sees it, and what its caller is told when no attempt is left. */
import { EddyError } from '../../../errors.ts';
import { eddyError, type KafkaErrorName, kafkaError } from '../kafka-error.ts';

/** A request got no answer because its connection was lost: the clients' own name, no code of the protocol. */
type ClientError = 'DISCONNECTED';

export class AttemptFailure extends Error {
  constructor(
    readonly kafka: KafkaErrorName | ClientError,
    /** Whether the records may be in the log all the same. */
    readonly mayBeStored: boolean,
    /** No attempt is worth making. */
    readonly isFinal = false,
  ) {
    super(kafka);
  }

  get isRetriable(): boolean {
    return !this.isFinal && (this.kafka === 'DISCONNECTED' || kafkaError(this.kafka).retriable);
  }
}

export interface GivenUp {
  readonly broker: string;
  readonly topic: string;
  readonly partition: number;
  readonly kafka: string;
  readonly mayBeStored: boolean;
}

/** What the caller of `produce` is told. */
export function produceError({ mayBeStored, ...data }: GivenUp): EddyError {
  const { broker, topic, partition, kafka } = data;
  const at = `${broker}.${topic}/${partition}`;
  if (kafka === 'MESSAGE_TOO_LARGE')
    return new EddyError('EDDY_MESSAGE_TOO_LARGE', `${kafka}: the record is larger than topic ${topic} takes`, data);
  if (kafka !== 'DISCONNECTED' && kafkaError(kafka as KafkaErrorName).code === 'EDDY_FENCED')
    return eddyError(kafka as KafkaErrorName, data);
  if (mayBeStored)
    return new EddyError(
      'EDDY_TIMEOUT',
      `${kafka}: no answer came from ${at} in time: the record may be in the log or not`,
      data,
    );
  return new EddyError('EDDY_UNAVAILABLE', `${kafka}: ${at} did not take the record: it is not in the log`, data);
}
