/** Starts the instances of a service, and starts one again, for ever, when it has died. */
import { openPorts } from '../component.ts';
import type { Simulation } from '../simulation.ts';
import { Process } from './process.ts';
import type { Life, ServiceShape } from './service.ts';
import { strikeProcess } from './strike.ts';

const RESTART_US = 1_000_000;

/** Each start is a step of its own, so that what it leaves behind is drained before anything else happens. */
export function superviseService(simulation: Simulation, service: ServiceShape): void {
  // The plan's windows look components up before the first step.
  for (const component of Object.values(service.uses)) simulation.runtime(component);
  for (let instance = 0; instance < (service.instances ?? 1); instance++) {
    simulation.world.spawn(0, () => start(simulation, service, instance, 1));
  }
}

function start(simulation: Simulation, service: ServiceShape, instance: number, incarnation: number): void {
  const { world } = simulation;
  const process = new Process(simulation, service.name, instance, incarnation);
  process.onDeath = (restartUs = RESTART_US) => {
    world.spawn(restartUs, () => start(simulation, service, instance, incarnation + 1));
  };
  const nth = simulation.count(`start of ${service.name}`);
  const entry = simulation.record(process.label, 'started', { service: service.name, instance, incarnation });
  const moment = simulation.moment(
    { at: 'start', nth, service: service.name },
    `${service.name}.${instance}.${incarnation}`,
    [entry],
  );
  for (const fault of moment.faults) {
    if ('place' in fault.data && fault.data.place.gap === 'receipt') strikeProcess(process, moment, fault);
  }
  const life: Life = Object.freeze({ instance, stopping: new AbortController().signal });
  const ports = openPorts(simulation, service.uses, process);
  process.enter(moment, () => {
    const started: unknown = (service.start as (ports: unknown, life: Life) => unknown)(ports, life);
    if (started instanceof Promise) started.catch((error: unknown) => process.fail(error));
  });
}
