/** Sequences that are written, each for a fact of its own. */
import type { Script } from './commands.ts';
import { DECLARING } from './declaring-scripts.ts';
import { USING } from './using-scripts.ts';

export const SCRIPTS: readonly Script[] = [...DECLARING, ...USING];
