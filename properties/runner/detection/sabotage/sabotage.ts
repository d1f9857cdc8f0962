/**
 * Wrong variants of a scenario that has none of its own: each service's ports are wrapped so that it makes one of the usual
 * mistakes. The simulator knows nothing of it: a wrapper is between the user's code and its port, as a bad library would be.
 */
import type { Service, ServiceShape } from '../../../../sim/services/service.ts';
import { inWorlds } from '../../../../sim/simulate.ts';
import { type ScenarioShape, systemOf } from '../../../scenario.ts';
import { execute } from '../../execute.ts';
import { makeSlice } from '../../slice.ts';
import { ackFirst, losesAcks } from './acks.ts';
import { newIds } from './ids.ts';
import { forgets, splits, swallows } from './transactions.ts';

/** Wraps one port; gives it back as it is where there is nothing to spoil. `touch` is called wherever it does. */
export type Wrap = (port: object, touch: () => void) => object;

export interface Sabotage {
  readonly name: string;
  /** What it does, in words. */
  readonly what: string;
  readonly wrap: Wrap;
}

export const SABOTAGES: readonly Sabotage[] = [
  { name: 'acks-first', what: 'it acks before its handler', wrap: ackFirst },
  { name: 'loses-acks', what: 'it never acks what comes again', wrap: losesAcks },
  { name: 'splits-transactions', what: 'each statement is a transaction of its own', wrap: splits },
  { name: 'new-id-each-publish', what: 'each publish has a new id', wrap: newIds },
  { name: 'swallows-commits', what: 'a transaction that fails is taken for done', wrap: swallows },
  { name: 'forgets', what: 'what it has seen is forgotten', wrap: forgets },
];

export interface Sabotaged {
  /** `acks-first of billing` */
  readonly variant: string;
  readonly what: string;
  /** The scenario with that service spoiled; run as `correct`. */
  readonly shape: ScenarioShape;
}

/** Every sabotage of every service that a run without faults touches: the others would change nothing. */
export async function sabotaged(shape: ScenarioShape): Promise<readonly Sabotaged[]> {
  const made: Sabotaged[] = [];
  for (const [key, service] of Object.entries(shape.services)) {
    for (const { name, what, wrap } of SABOTAGES) {
      let touched = false;
      const spoiled = spoil(service, wrap, () => {
        touched = true;
      });
      const wrong = { ...shape, services: { ...shape.services, [key]: spoiled } };
      const { seed, items } = makeSlice(shape, 1, 0);
      await inWorlds(() => execute(systemOf(wrong, 'correct'), [], { seed, items, plan: [] }));
      if (touched) made.push({ variant: `${name} of ${service.name}`, what, shape: wrong });
    }
  }
  return made;
}

/** The service with its ports wrapped, in every version of its code. */
function spoil(service: ServiceShape, wrap: Wrap, touch: () => void): ServiceShape {
  return {
    ...service,
    start: (ports, life) => {
      const wrapped = Object.entries(ports as Readonly<Record<string, object>>).map(([name, port]) => [
        name,
        wrap(port, touch),
      ]);
      return service.start(Object.fromEntries(wrapped) as never, life);
    },
    next: service.next && spoil(service.next, wrap, touch),
    with: (o) => spoil(service.with(o) as ServiceShape, wrap, touch),
    upgradedTo: (next: Service) => spoil(service.upgradedTo(next) as ServiceShape, wrap, touch),
  };
}
