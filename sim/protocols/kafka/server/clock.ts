/** Times as Kafka's clients know them, in milliseconds since 1970, and as the log keeps them, in microseconds of virtual time. */
import type { World } from '../../../kernel/world.ts';

export type Epoch = Pick<World, 'epochMs'>;

export function toMs(timeUs: number, { epochMs }: Epoch): number {
  return epochMs + Math.floor(timeUs / 1000);
}

export function toUs(timeMs: number, { epochMs }: Epoch): number {
  return (timeMs - epochMs) * 1000;
}
