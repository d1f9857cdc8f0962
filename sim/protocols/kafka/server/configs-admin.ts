/** Settings of topics and brokers, by Kafka's names. What brokers are set up as can be read, and not changed. */
import { isRefused } from '../../../brokers/log/kafka-error.ts';
import { errorCode, type ErrorName } from '../error-codes.ts';
import { alterConfigs, incrementalAlterConfigs } from '../messages/alter-configs.ts';
import { describeConfigs, type DescribeConfigsResponse } from '../messages/describe-configs.ts';
import type { KafkaEndpoint } from './endpoint.ts';
import { type Handles, replies } from './on.ts';

const TOPIC = 2;
const BROKER = 4;
/** Where a value comes from. */
const TOPICS_OWN = 1;
const BROKERS_OWN = 4;
const DEFAULT = 5;
/** IncrementalAlterConfigs. */
const SET = 0;
const DELETE = 1;

type Described = DescribeConfigsResponse['results'][number];
type Config = Described['configs'][number];

interface Resource {
  readonly resourceType: number;
  readonly resourceName: string;
}

const onDescribe = replies(describeConfigs, ({ resources, includeSynonyms }, { session }): DescribeConfigsResponse => {
  return {
    throttleTimeMs: 0,
    results: resources.map((resource) => {
      const found = configsOf(session.endpoint, resource);
      if ('error' in found) return described(resource, found.error, found.says, []);
      const { configurationKeys: wanted } = resource;
      const configs = found.configs.filter(({ name }) => wanted === null || wanted.includes(name));
      return described(
        resource,
        'NONE',
        null,
        includeSynonyms ? configs : configs.map((each) => ({ ...each, synonyms: [] })),
      );
    }),
  };
});

function described(
  { resourceType, resourceName }: Resource,
  error: ErrorName,
  errorMessage: string | null,
  configs: readonly Config[],
): Described {
  return { errorCode: errorCode(error), errorMessage, resourceType, resourceName, configs };
}

type Found = { readonly configs: readonly Config[] } | { readonly error: ErrorName; readonly says: string };

function configsOf(endpoint: KafkaEndpoint, { resourceType, resourceName }: Resource): Found {
  if (resourceType === TOPIC) {
    const found = endpoint.admin.describeTopic(resourceName);
    if (isRefused(found)) return { error: found.error, says: `The topic '${resourceName}' does not exist.` };
    return {
      configs: found.map(({ name, value, isDefault }) => config(name, value, isDefault ? DEFAULT : TOPICS_OWN)),
    };
  }
  if (resourceType !== BROKER) return { error: 'INVALID_REQUEST', says: `Unsupported resource type: ${resourceType}` };
  if (resourceName !== '' && !endpoint.nodes.includes(Number(resourceName))) {
    return { error: 'INVALID_REQUEST', says: `Unexpected broker id ${resourceName}` };
  }
  const all = Object.entries(brokerConfig(endpoint, resourceName));
  return { configs: all.map(([name, value]) => config(name, value, BROKERS_OWN, true)) };
}

function brokerConfig({ options, nodes }: KafkaEndpoint, id: string): Record<string, string> {
  const { autoCreate } = options;
  const of = autoCreate || { partitions: 1, replicas: Math.min(3, nodes.length) };
  return {
    'broker.id': id,
    'auto.create.topics.enable': String(autoCreate !== false),
    'num.partitions': String(of.partitions),
    'default.replication.factor': String(of.replicas),
    'delete.topic.enable': 'true',
    'group.min.session.timeout.ms': '6000',
    'group.max.session.timeout.ms': '1800000',
    'log.cleanup.policy': 'delete',
    'log.retention.ms': '604800000',
    'message.max.bytes': '1048588',
    'min.insync.replicas': '1',
    'offset.metadata.max.bytes': '4096',
    'transaction.max.timeout.ms': '900000',
    'unclean.leader.election.enable': 'false',
  };
}

function config(name: string, value: string, configSource: number, readOnly = false): Config {
  const synonyms = configSource === DEFAULT ? [] : [{ name, value, source: configSource }];
  return {
    name,
    value,
    readOnly,
    isDefault: configSource === DEFAULT,
    configSource,
    isSensitive: false,
    synonyms,
    configType: 0,
    documentation: null,
  };
}

interface Altered extends Resource {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

function altered(
  endpoint: KafkaEndpoint,
  { resourceType, resourceName }: Resource,
  alter: () => { readonly error: ErrorName; readonly says: string } | undefined,
): Altered {
  const unknown = { error: 'INVALID_REQUEST', says: 'Only settings of topics can be changed.' } as const;
  const refused = resourceType === TOPIC ? alter() : unknown;
  if (!refused) endpoint.log.simulation.world.changed();
  const errorMessage = refused?.says ?? null;
  return { resourceType, resourceName, errorCode: errorCode(refused?.error ?? 'NONE'), errorMessage };
}

const onAlter = replies(alterConfigs, ({ resources, validateOnly }, { session }) => {
  const { endpoint } = session;
  return {
    throttleTimeMs: 0,
    responses: resources.map((resource) =>
      altered(endpoint, resource, () => {
        const all = Object.fromEntries(resource.configs.map(({ name, value }) => [name, value]));
        return endpoint.admin.alterTopic(resource.resourceName, all, validateOnly);
      }),
    ),
  };
});

const onIncrementalAlter = replies(incrementalAlterConfigs, ({ resources, validateOnly }, { session }) => {
  const { endpoint } = session;
  return {
    throttleTimeMs: 0,
    responses: resources.map((resource) =>
      altered(endpoint, resource, () => {
        const odd = resource.configs.find(({ configOperation: of }) => of !== SET && of !== DELETE);
        if (odd) return { error: 'INVALID_CONFIG', says: `${odd.name} can be set or deleted only.` };
        const change = resource.configs.map(({ name, value, configOperation }) => {
          return [name, configOperation === SET ? value : null] as const;
        });
        return endpoint.admin.changeTopic(resource.resourceName, Object.fromEntries(change), validateOnly);
      }),
    ),
  };
});

export const configAdminHandlers: readonly Handles[] = [onDescribe, onAlter, onIncrementalAlter];
