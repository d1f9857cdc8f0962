/** Where code stood, by the text of a stack: the frames that are of files. */
import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf, stackOf } from './thrown.ts';

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

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOMS = [HERE, ...['properties', 'adapters', 'cli', 'reports'].map((room) => join(HERE, '..', room))];

/** A spec is code under test. */
const isOwn = (file: string): boolean =>
  ROOMS.some((room) => file.startsWith(room + sep)) && !file.endsWith('.spec.ts');

/** `orders.ts:12`: the first line behind an error that is neither Eddy's nor Node's nor a library's. */
export function thrownAt(error: unknown): string | undefined {
  const frames = framesOf(stackOf(error) ?? '', messageOf(error));
  const frame = frames.find(({ file }) => !isOwn(file) && !file.includes(`${sep}node_modules${sep}`));
  return frame && `${basename(frame.file)}:${frame.line}`;
}
