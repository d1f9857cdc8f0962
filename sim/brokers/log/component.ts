/** The log broker as a component: `logBroker('log', { topics: { orders: { partitions: 6 } } })`. */
import { type Component, makeable } from '../../component.ts';
import { checkOptions } from '../../options.ts';
import type { Identify } from '../message.ts';
import type { LogPort } from './port.ts';
import { LogRuntime } from './runtime.ts';
import { type LogSeen, logSeen } from './seen.ts';
import { type Profile, TOPIC_OPTIONS, type TopicShape } from './topic.ts';

/** Brokers that behave as Kafka's do; `profile` is their version (default 4.1). */
export function logBroker<T extends string>(
  name: string,
  o: {
    topics: Record<T, TopicShape>;
    identify?: Identify;
    profile?: Profile;
    /** How long the first member of an empty group waits for others; default: 3 000. */
    initialRebalanceDelayMs?: number;
  },
): Component<LogPort<T>> & LogSeen<T> {
  checkOptions(name, o, { topics: true, identify: true, profile: true, initialRebalanceDelayMs: true });
  checkTopics(name, o.topics);
  return makeable(
    { name, ...logSeen<T>(name) },
    (simulation) => new LogRuntime<T>(name, o, o.identify, simulation),
    kindsOf(Object.values(o.topics)),
  );
}

/** @throws EddyError EDDY_CONFIG for an option of a topic that is not known */
export function checkTopics(name: string, topics: Readonly<Record<string, TopicShape>>): void {
  for (const [topic, options] of Object.entries(topics)) checkOptions(`${name}.${topic}`, options, TOPIC_OPTIONS);
}

/** What befalls its groups; leaders, where a topic has followers; records, where the configuration lets them go. */
export function kindsOf(topics: readonly TopicShape[]): string[] {
  const hasFollowers = topics.some(({ replicas }) => replicas !== 1);
  const loses = topics.some(({ retentionMs, cleanup }) => retentionMs !== undefined || cleanup === 'compact');
  return ['rebalance', ...(hasFollowers ? ['failover'] : []), ...(loses ? ['retention'] : [])];
}
