/** A connection between a process and the queue broker: the plain port's own, or a real client's. */
import type { Moment } from '../../kernel/context.ts';
import type { Process } from '../../services/process.ts';
import type { Flow } from './flow.ts';

export interface Link {
  readonly process: Process;
  readonly isOpen: boolean;
  /** Nothing passes any more, though both sides think it open. */
  readonly isHalfOpen: boolean;
  /** How often it has broken: what waits in its buffers is lost with it. */
  readonly losses: number;
  /** The producer of what is published at a moment. */
  flowOf(moment: Moment): Flow;
  /** Deliveries that are not settled, in words. */
  unfinished(): readonly string[];
}
