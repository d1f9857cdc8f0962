/**
 * kafkajs inside a run: `kafka('kafka', { topics: { orders: { partitions: 3 } } })` is a log broker whose port is the library's own
 * client, over simulated sockets.
 */
import kafkajs, { type Kafka, type KafkaConfig } from 'kafkajs';
import { type Component, makeable } from '../sim/component.ts';
import { checkTopics, kindsOf } from '../sim/brokers/log/component.ts';
import { type LogSeen, logSeen } from '../sim/brokers/log/seen.ts';
import type { Profile, TopicShape } from '../sim/brokers/log/topic.ts';
import type { Identify } from '../sim/brokers/message.ts';
import { checkOptions, type Names } from '../sim/options.ts';
import { KafkaRuntime } from '../sim/protocols/kafka/server/runtime.ts';
import { compressInStep } from './kafkajs/gzip.ts';
import { attributed } from './kafkajs/run.ts';

/** How a process comes to the brokers. */
export interface KafkaPort {
  /** A client of kafkajs. Its brokers are the run's, whatever `o` says; it logs nothing unless `o.logLevel` says so. */
  client(o?: Partial<KafkaConfig>): Kafka;
}

/** The brokers and their topics. */
export interface KafkaOptions<T extends string> {
  readonly topics: Record<T, TopicShape>;
  /** Gets the record's headers as strings, and its value parsed as JSON. */
  readonly identify?: Identify;
  /** The version that the brokers behave as; default: 4.1. */
  readonly profile?: Profile;
  /** Default: 3, or more where a topic has more replicas. */
  readonly brokers?: number;
  /** How long the first member of an empty group waits for others; default: 3 000. */
  readonly initialRebalanceDelayMs?: number;
  /**
   * Whether a connection may also break in the midst of an answer; default: false. kafkajs 2.2 keeps what it has got of such an answer,
   * and reads nothing right any more when it has connected again: its process dies of a RangeError, or hears nothing for ever.
   */
  readonly cutsAnswers?: boolean;
  /** What topics get that come to be because a client asked about them; false: none does. Default: 1 partition, 3 replicas. */
  readonly autoCreate?: false | { readonly partitions: number; readonly replicas: number };
}

const OPTIONS: Names<KafkaOptions<string>> = {
  topics: true,
  identify: true,
  profile: true,
  brokers: true,
  initialRebalanceDelayMs: true,
  cutsAnswers: true,
  autoCreate: true,
};

/** Brokers that behave as Kafka's do, reached by kafkajs of the user's own version. */
export function kafka<T extends string>(name: string, o: KafkaOptions<T>): Component<KafkaPort> & LogSeen<T> {
  checkOptions(name, o, OPTIONS);
  checkTopics(name, o.topics);
  compressInStep();
  return makeable(
    { name, ...logSeen<T>(name) },
    (simulation) => {
      const runtime: KafkaRuntime<KafkaPort> = new KafkaRuntime(name, o, simulation, (process, endpoint) =>
        Object.freeze({
          client: (config: Partial<KafkaConfig> = {}) => {
            const own = { logLevel: kafkajs.logLevel.NOTHING, ...config, brokers: [...runtime.addresses] };
            return attributed(new kafkajs.Kafka(own), endpoint, process);
          },
        }),
      );
      return runtime;
    },
    kindsOf(Object.values(o.topics)),
  );
}
