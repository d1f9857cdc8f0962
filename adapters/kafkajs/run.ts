/**
 * Which record its consumer's code is at: kafkajs hands out what a fetch brought by itself, so the callbacks of `consumer.run` are
 * wrapped. A delivery begins when `eachMessage` is called for its record, with `eachBatch` when its key, headers or value are read first.
 */
import type {
  Consumer,
  ConsumerConfig,
  ConsumerRunConfig,
  EachBatchPayload,
  EachMessagePayload,
  Kafka,
  KafkaMessage,
} from 'kafkajs';
import { takeUp } from '../../sim/kernel/context.ts';
import type { WireDelivery } from '../../sim/protocols/kafka/server/deliveries.ts';
import type { KafkaEndpoint } from '../../sim/protocols/kafka/server/endpoint.ts';
import type { Process } from '../../sim/services/process.ts';
import { sentenceOf } from '../../sim/thrown.ts';

/** The client itself, whose consumers tell what their code is given. */
export function attributed(client: Kafka, endpoint: KafkaEndpoint, process: Process): Kafka {
  const make = client.consumer.bind(client);
  client.consumer = (config?: ConsumerConfig): Consumer => {
    const consumer = make(config as ConsumerConfig);
    consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
      if (!restart && process.alive) stoppedFor(error, config?.groupId ?? '', endpoint, process);
    });
    const taker = new Taker(endpoint, process, config?.groupId ?? '');
    const run = consumer.run.bind(consumer);
    consumer.run = (given: ConsumerRunConfig = {}) => {
      const { eachMessage, eachBatch } = given;
      return run({
        ...given,
        ...(eachMessage && { eachMessage: (payload) => taker.message(payload, eachMessage) }),
        ...(eachBatch && { eachBatch: (payload) => taker.batch(payload, eachBatch) }),
      });
    };
    return consumer;
  };
  return client;
}

/** kafkajs logs it, and hands its code nothing any more: who does not listen to CRASH never hears of it. */
function stoppedFor(error: Error, group: string, { log }: KafkaEndpoint, { service }: Process): void {
  const message = `kafkajs has stopped the consumer of group ${group} for good: ${sentenceOf(error)}`;
  log.simulation.throws.note(service, { message });
}

class Taker {
  constructor(
    readonly endpoint: KafkaEndpoint,
    readonly process: Process,
    readonly group: string,
  ) {}

  async message(payload: EachMessagePayload, handle: (payload: EachMessagePayload) => Promise<void>): Promise<void> {
    const { topic, partition, message } = payload;
    const delivery = this.#take(topic, partition, message);
    if (!delivery) return handle(payload);
    const mine = { ...payload, message: withGetters(message, { value: () => valueOf(delivery) }) };
    return delivery.run(async () => handle(mine));
  }

  async batch(payload: EachBatchPayload, handle: (payload: EachBatchPayload) => Promise<void>): Promise<void> {
    const { batch } = payload;
    let current: WireDelivery | undefined;
    const messages = batch.messages.map((message) => {
      let delivery: WireDelivery | undefined;
      const takenUp = (): WireDelivery | undefined => {
        if (!delivery) {
          delivery = this.#take(batch.topic, batch.partition, message);
          if (!delivery) return undefined;
          current?.done();
          current = delivery;
          if (!delivery.begin()) return delivery.neverReturn();
        }
        takeUp(delivery.context);
        return delivery;
      };
      return withGetters(message, {
        key: () => (takenUp(), message.key),
        headers: () => (takenUp(), message.headers),
        value: () => {
          const taken = takenUp();
          return taken ? valueOf(taken) : message.value;
        },
      });
    });
    const mine = Object.create(batch, { messages: { value: messages, enumerable: true } }) as typeof batch;
    try {
      await handle({ ...payload, batch: mine });
    } finally {
      current?.done();
    }
  }

  #take(topic: string, partition: number, message: KafkaMessage): WireDelivery | undefined {
    const { endpoint, process, group } = this;
    const member = endpoint.members.reading(process, group, { topic, partition });
    const by = { group, generation: member?.generation, member: member?.memberId };
    return endpoint.deliveries.take(process, { topic, partition }, Number(message.offset), by);
  }
}

/** A message of which some is asked for when it is read. */
function withGetters(message: KafkaMessage, getters: Readonly<Partial<Record<keyof KafkaMessage, () => unknown>>>) {
  const mine = { ...message };
  for (const [name, get] of Object.entries(getters))
    Object.defineProperty(mine, name, { enumerable: true, configurable: true, get });
  return mine;
}

function valueOf(delivery: WireDelivery): Buffer | null {
  if (delivery.kills) return delivery.die();
  const { value } = delivery;
  return value && Buffer.from(value);
}
