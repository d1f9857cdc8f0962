/** The assignors by the names that members vote with; the names are Kafka's but for the hyphen of `round-robin`. */
import type { Assign } from './assignor.ts';
import { cooperativeSticky } from './cooperative-sticky.ts';
import { range } from './range.ts';
import { roundRobin } from './round-robin.ts';
import { sticky } from './sticky.ts';

export const ASSIGNORS = {
  range,
  'round-robin': roundRobin,
  sticky,
  'cooperative-sticky': cooperativeSticky,
} as const satisfies Record<string, Assign>;

export type AssignorName = keyof typeof ASSIGNORS;
