/** Where code stood, by the text of a stack: the frames that are of files. */
import { fileURLToPath } from 'node:url';

export interface Frame {
  /** Absolute. */
  readonly file: string;
  readonly line: number;
}

/** `    at Object.<anonymous> (file:///a/b.ts?x:1:2)` or `    at /a/b.ts:1:2` */
const FRAME = /^\s+at (?:async )?(?:[^()]*? \()?(.+?):(\d+):\d+\)?$/;

/** Innermost first; what is Node's own is left out. */
export function framesOf(stack: string): readonly Frame[] {
  return stack.split('\n').flatMap((text) => {
    const [, place = '', line = ''] = FRAME.exec(text) ?? [];
    const [path = ''] = place.split(/[?#]/);
    if (path === '' || path.startsWith('node:')) return [];
    try {
      return [{ file: path.startsWith('file:') ? fileURLToPath(path) : path, line: Number(line) }];
    } catch {
      return [];
    }
  });
}
