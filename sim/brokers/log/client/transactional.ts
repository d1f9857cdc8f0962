/**
 * A producer with a transactional id: who it is to the coordinator, and its requests to it, each tried again as the clients do.
 * Its id is asked for as soon as it is made, which fences whoever had it before.
 * Source: TransactionManager.java.
 */
import { EddyError } from '../../../errors.ts';
import type { Moment } from '../../../kernel/context.ts';
import { eddyError, isRefused, type KafkaErrorName, kafkaError, type Refused } from '../kafka-error.ts';
import type { Asking, ProducerOf } from '../transactions.ts';
import { AttemptFailure } from './failure.ts';
import type { LogProducer } from './producer.ts';
import { request } from './request.ts';

/** How soon the coordinator is asked for an id. */
const LATENCY_US = 400;
/** Another transaction is still being completed: that takes no time worth the usual wait. */
const CONCURRENT_US = 20_000;
const RETRY_US = 100_000;

const INITIALIZED = Object.freeze({});

export class TransactionalId {
  /** Another producer has the id now: this one can do nothing more. */
  fatal: EddyError | undefined;
  /** A number of this epoch is missing: only a new one can be written in. */
  needsEpoch = false;
  #who: ProducerOf | undefined;

  constructor(
    readonly producer: LogProducer,
    readonly id: string,
  ) {
    producer.later(LATENCY_US, () => this.#ask());
  }

  get who(): { readonly id: number; readonly epoch: number } | undefined {
    return this.#who && { id: this.#who.producerId, epoch: this.#who.epoch };
  }

  /** As it asks the coordinator. @throws EddyError EDDY_FENCED */
  get asking(): Asking {
    if (this.fatal) throw this.fatal;
    const { producerId, epoch } = this.#who as ProducerOf;
    return { transactionalId: this.id, producerId, epoch };
  }

  /** The coordinator has said who it is from now on. */
  become(who: ProducerOf): void {
    this.#who = who;
  }

  /** At the coordinator: the producer gets its id and epoch, unless it has them. */
  initialize(): Refused | typeof INITIALIZED {
    if (this.#who && !this.needsEpoch) return INITIALIZED;
    const { runtime, config, connection } = this.producer;
    const expected = this.#who ? { expected: this.#who } : {};
    const { process } = connection;
    const answer = runtime.transactions.by({ process: process.label, causes: [] }, () =>
      runtime.cluster.transactions.initProducerId({
        transactionalId: this.id,
        timeoutUs: config.transactionTimeoutUs,
        ...expected,
      }),
    );
    if (isRefused(answer)) return answer;
    this.#who = answer;
    this.needsEpoch = false;
    return INITIALIZED;
  }

  /** Not an operation: nobody waits for it, and what begins a transaction asks once more. */
  #ask(): void {
    const { connection, runtime } = this.producer;
    if (this.#who || this.fatal) return;
    const isReached = connection.isOpen && !connection.isHalfOpen && !runtime.isOut;
    if (!isReached || isRefused(this.initialize())) this.producer.later(RETRY_US, () => this.#ask());
  }

  /**
   * Asks until it is answered, within `deliveryTimeoutMs`.
   * @throws EddyError EDDY_UNAVAILABLE, EDDY_TIMEOUT, EDDY_FENCED, and what else the coordinator refuses
   */
  async request<T extends object>(
    o: { phrase: string; moment: Moment; touches: string },
    ask: () => T | Refused,
  ): Promise<T> {
    const { producer } = this;
    const { connection, config } = producer;
    const untilUs = producer.nowUs + config.deliveryTimeoutUs;
    let mayBeDone = false;
    for (;;) {
      if (this.fatal) throw this.fatal;
      const failure = await request<T>(connection, {
        ...o,
        class: 'transaction',
        timeoutUs: config.requestTimeoutUs,
        patienceUs: untilUs - producer.nowUs,
        failsWith: 'COORDINATOR_NOT_AVAILABLE',
        ask: (answer) => {
          const answered = ask();
          if (isRefused(answered)) answer.fail(new AttemptFailure(answered.error, false));
          else answer.ok(answered);
        },
      }).catch((error: unknown) => error as AttemptFailure);
      if (!(failure instanceof AttemptFailure)) return failure;
      mayBeDone ||= failure.mayBeStored;
      const waitUs = failure.kafka === 'CONCURRENT_TRANSACTIONS' ? CONCURRENT_US : RETRY_US;
      if (!failure.isRetriable || producer.nowUs + waitUs >= untilUs) throw this.#given(failure, mayBeDone);
      do await producer.sleep(waitUs);
      while (!producer.canSend && producer.nowUs < untilUs);
    }
  }

  /** The producer has learnt that it is not the one that has the id. */
  fence(kafka: string): EddyError {
    if (this.fatal) return this.fatal;
    const { runtime, connection } = this.producer;
    const { producerId, epoch } = this.#who ?? { producerId: -1, epoch: -1 };
    const value = { transactionalId: this.id, producerId, epoch };
    runtime.note(connection.process.label, 'fenced', undefined, value, { error: kafka });
    this.fatal = eddyError(kafka as KafkaErrorName, value);
    return this.fatal;
  }

  #given({ kafka, isRetriable }: AttemptFailure, mayBeDone: boolean): EddyError {
    const data = { broker: this.producer.broker, transactionalId: this.id, kafka };
    if (kafka !== 'DISCONNECTED' && kafkaError(kafka).code === 'EDDY_FENCED') return this.fence(kafka);
    if (mayBeDone) {
      const says = `${kafka}: the coordinator did not answer in time: what was asked may have been done or not`;
      return new EddyError('EDDY_TIMEOUT', says, data);
    }
    if (isRetriable || kafka === 'DISCONNECTED')
      return new EddyError('EDDY_UNAVAILABLE', `${kafka}: the coordinator of transactions did not do it`, data);
    return eddyError(kafka, data);
  }
}
