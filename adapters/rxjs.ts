/** `eddy/rxjs`: faults as operators of one's own pipes, and a scheduler on the world's clock. */
export { delayBy, drop, duplicate, outage, type Strikes } from '../sim/faults/operators.ts';
export { virtualTime } from '../sim/kernel/rx-scheduler.ts';
