/** A scenario: the system, its workload, its properties, the faults that it claims to survive, and its wrong variants. */
import type { Arbitrary } from 'fast-check';
import { ownKinds, type Ports, type Uses } from '../sim/component.ts';
import { EddyError } from '../sim/errors.ts';
import type { Service, ServiceShape } from '../sim/services/service.ts';
import type { WorkloadShape } from '../sim/services/source.ts';
import type { System } from '../sim/simulate.ts';
import { callerFile } from './call-site.ts';
import type { Property } from './property.ts';
import { checkSpec } from './spec.ts';

/** What is sent into the system, and how. */
export interface Workload<I, U extends Uses> {
  item: Arbitrary<I>;
  /** Unique within a run; faults and shrinking refer to it. */
  key: (item: I) => string;
  count?: readonly [min: number, max: number];
  uses: U;
  send: (item: I, ports: Ports<U>) => Promise<void>;
}

/** The kinds of fault; docs/faults.md says what each does. */
export type FaultKind =
  | 'duplicate'
  | 'ack-lost'
  | 'confirm-lost'
  | 'disconnect'
  | 'outage'
  | 'delay'
  | 'crash'
  | 'deploy'
  | 'pause'
  | 'store-error'
  | 'commit-unknown'
  | 'conflict'
  | 'slow'
  | 'burst'
  | 'poison'
  | 'clock-skew'
  | 'rebalance'
  | 'failover'
  | 'retention'
  | 'hold';

/** What the system is built to survive. Left out: all kinds that fit its components. Each kind taken out has its reason. */
export interface FaultModel {
  readonly without?: Partial<Record<FaultKind, string>>;
  readonly assumes?: readonly string[];
}

/** A wrong implementation of some services, and the property that it violates. */
export interface Variant<S> {
  catalogue?: number;
  /** The id of the property that it violates. */
  breaks: string;
  because: string;
  /** The services that are another here, with as many instances as the right one has unless they say so themselves. */
  services: Partial<S>;
}

/** A system, its workload, its properties, and the wrong variants that must be caught; made by `scenario`. */
export interface Scenario<I> {
  readonly name: string;
  readonly variants: readonly string[];
  readonly '~item'?: I;
}

/** What only `scenario` puts there; a second copy of Eddy in one process knows it too. */
const MADE: unique symbol = Symbol.for('eddy.scenario');

/** What `scenario` keeps for the runner. */
export interface ScenarioShape extends Scenario<unknown> {
  readonly story: string;
  /** The patterns of event-driven architecture that it shows. */
  readonly patterns: readonly string[];
  readonly workload: Workload<unknown, Uses>;
  readonly properties: readonly Property[];
  readonly services: Readonly<Record<string, ServiceShape>>;
  readonly wrong: Readonly<Record<string, Variant<Record<string, Service>>>>;
  readonly faults: FaultModel;
  /** The file that made it. */
  readonly madeIn?: string;
  readonly [MADE]: true;
}

/** The kinds that faults can be of now; the others are planned. */
export const MODELLED_KINDS = [
  'duplicate',
  'ack-lost',
  'confirm-lost',
  'disconnect',
  'outage',
  'delay',
  'crash',
  'pause',
  'store-error',
  'commit-unknown',
  'conflict',
  'slow',
  'poison',
  'hold',
  'deploy',
  'clock-skew',
  'burst',
  'rebalance',
  'failover',
  'retention',
] as const satisfies readonly FaultKind[];

const KINDS = Object.fromEntries(MODELLED_KINDS.map((kind) => [kind, true]));

/**
 * Puts a system together with its workload, its properties, and the wrong variants that these must catch.
 * @throws EddyError EDDY_SCENARIO when a part is not what its type says, or a variant breaks none of the properties
 */
export function scenario<I, U extends Uses, S extends Record<string, Service>>(spec: {
  name: string;
  story?: string;
  patterns?: readonly string[];
  services: S;
  workload: Workload<I, U>;
  properties: readonly Property[];
  variants?: Record<string, Variant<NoInfer<S>>>;
  faults?: FaultModel;
}): Scenario<I> {
  checkSpec(spec, KINDS);
  const wrong = spec.variants ?? {};
  const madeIn = callerFile();
  const shape: ScenarioShape = {
    name: spec.name,
    variants: Object.keys(wrong),
    story: spec.story ?? '',
    patterns: spec.patterns ?? [],
    workload: spec.workload as unknown as Workload<unknown, Uses>,
    properties: toldApart(spec.properties),
    services: spec.services as unknown as Record<string, ServiceShape>,
    wrong: wrong as Readonly<Record<string, Variant<Record<string, Service>>>>,
    faults: spec.faults ?? {},
    ...(madeIn === undefined ? {} : { madeIn }),
    [MADE]: true,
  };
  for (const [variant, { breaks }] of Object.entries(wrong)) {
    if (!spec.properties.some(({ id }) => id === breaks)) {
      throw new EddyError(
        'EDDY_SCENARIO',
        `Scenario ${spec.name}: variant ${variant} breaks "${breaks}", which is none of its properties`,
        { variant },
      );
    }
  }
  if ('correct' in wrong)
    throw new EddyError('EDDY_SCENARIO', `Scenario ${spec.name}: no wrong variant may be named "correct"`);
  return shape as unknown as Scenario<I>;
}

/** Two properties of one id and name would be one to saved failures: the later ones are numbered. */
function toldApart(properties: readonly Property[]): readonly Property[] {
  const seen = new Map<string, number>();
  return properties.map((property) => {
    const n = (seen.get(`${property.id} ${property.name}`) ?? 0) + 1;
    seen.set(`${property.id} ${property.name}`, n);
    return n === 1 ? property : { ...property, name: `${property.name}-${n}` };
  });
}

export function isScenario(value: unknown): value is ScenarioShape {
  try {
    return typeof value === 'object' && value !== null && MADE in value;
  } catch {
    return false; // a proxy that is none either
  }
}

/** The services of a variant: the correct ones, some of them replaced, with the number of instances kept. */
export function systemOf(shape: ScenarioShape, variant: string): System {
  const wrong = variant === 'correct' ? {} : shape.wrong[variant]?.services;
  if (!wrong) {
    const known = ['correct', ...shape.variants].join(', ');
    throw new EddyError('EDDY_NO_VARIANT', `Scenario ${shape.name} has no variant "${variant}"; it has: ${known}`, {
      variant,
    });
  }
  const services = Object.entries(shape.services).map(([name, right]) => {
    const replaced = wrong[name] as ServiceShape | undefined;
    if (!replaced) return right;
    const { instances } = right;
    return replaced.instances === undefined && instances !== undefined
      ? (replaced.with({ instances }) as ServiceShape)
      : replaced;
  });
  return { services, workload: shape.workload as unknown as WorkloadShape };
}

/** The kinds of fault that the scenario claims to survive and its components can show, in a fixed order. */
export function kindsOf(shape: ScenarioShape): readonly FaultKind[] {
  const users = [shape.workload, ...Object.values(shape.services)];
  const shown = new Set(users.flatMap(({ uses }) => Object.values(uses)).flatMap((component) => ownKinds(component)));
  return MODELLED_KINDS.filter(
    (kind) => !(kind in (shape.faults.without ?? {})) && (!OF_SOME.has(kind) || shown.has(kind)),
  );
}

/** Kinds that only some components can show: those say so themselves. */
const OF_SOME: ReadonlySet<string> = new Set(['ack-lost', 'conflict', 'rebalance', 'failover', 'retention']);
