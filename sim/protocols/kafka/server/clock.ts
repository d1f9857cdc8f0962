/** Times as Kafka's clients know them, in milliseconds since 1970, and as the log keeps them, in microseconds of virtual time. */
import { EPOCH_MS } from '../../../kernel/world.ts';

export function toMs(timeUs: number): number {
  return EPOCH_MS + Math.floor(timeUs / 1000);
}

export function toUs(timeMs: number): number {
  return (timeMs - EPOCH_MS) * 1000;
}
