/** Where code stood, by the text of a stack: the frames that are of files. */
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Frame {
  /** Absolute. */
  readonly file: string;
  readonly line: number;
}

/** `    at Object.<anonymous> (file:///a/b.ts?x:1:2)` or `    at /a/b.ts:1:2` */
const FRAME = /^\s+at (?:async )?(?:[^()]*? \()?(.+?):(\d+):\d+\)?$/;

/** Innermost first; what is Node's own, or was evaluated, is left out. @param message the error's: the stack begins with it */
export function framesOf(stack: string, message = ''): readonly Frame[] {
  const begins = message === '' ? -1 : stack.indexOf(message);
  const text = begins < 0 ? stack : stack.slice(begins + message.length);
  return text.split('\n').flatMap((line) => {
    const [, place = '', number = ''] = FRAME.exec(line) ?? [];
    const file = fileOf(place);
    return file === undefined ? [] : [{ file, line: Number(number) }];
  });
}

function fileOf(place: string): string | undefined {
  if (!place.startsWith('file:')) return isAbsolute(place) ? place : undefined;
  try {
    return fileURLToPath(place.replace(/[?#].*$/, ''));
  } catch {
    return undefined;
  }
}
