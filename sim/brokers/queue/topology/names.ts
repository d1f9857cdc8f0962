/** Names that the broker makes for queues and consumers: by whom they are for, so that nothing else shifts them. */
import { combine, hashText } from '../../../kernel/random.ts';

const WORDS = 4;

/** `amq.gen-` and 22 characters of base 64, as RabbitMQ's are. */
export function madeName(prefix: string, label: string, count: number): string {
  const base = combine(hashText(`${prefix} ${label}`), count);
  const words = Uint32Array.from({ length: WORDS }, (_, n) => combine(base, n));
  // Byte by byte, the same on every machine.
  const bytes = [...words].flatMap((word) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255]);
  return `${prefix}-${Buffer.from(bytes).toString('base64url')}`;
}
