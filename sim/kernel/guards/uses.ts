/**
 * What code asks the machine for while runs are made. Inside a world it is answered from it, or, in a strict run, refused
 * with the place of the call. Outside (the context was lost on the way) it gets the real thing, which no repetition can
 * give again; who looks for the reason of a difference listens to such calls.
 */
import { fileURLToPath } from 'node:url';
import { EddyError } from '../../errors.ts';
import { framesOf } from '../../stack.ts';
import { type Context, currentContext } from '../context.ts';

export type UseOf = 'clock' | 'draw' | 'timer' | 'pool';

export interface Use {
  readonly of: UseOf;
  /** `Date.now` */
  readonly api: string;
  /** File and line of the call, when it can be told. */
  readonly at: string | undefined;
}

const HEARD_MAX = 100;
let heard: Use[] | undefined;

/** Listens to real uses until the returned function is called, which tells them. */
export function listenForUses(): () => readonly Use[] {
  const mine: Use[] = [];
  heard = mine;
  return () => {
    if (heard === mine) heard = undefined;
    return mine;
  };
}

const INSTEAD: Readonly<Record<UseOf, string>> = {
  clock: 'hand the time in',
  draw: 'derive it from the message at hand',
  timer: 'use an RxJS timer on virtualTime',
  pool: 'do it before the run, or with the Sync form',
};

/** The context that answers a call of this function, strict run or not. */
export function heardContext(of: UseOf, api: string): Context | undefined {
  const context = currentContext();
  if (!context && heard && heard.length < HEARD_MAX) heard.push({ of, api, at: callSite() });
  return context;
}

/** The context that answers a call of this function. @throws EddyError EDDY_STRICT in a strict run */
export function contextFor(of: UseOf, api: string): Context | undefined {
  const context = heardContext(of, api);
  if (!context) return undefined;
  const { world } = context;
  if (world.isStrict) {
    const at = callSite();
    const where = at === undefined ? '' : ` at ${at}`;
    const error = new EddyError('EDDY_STRICT', `${api} is used${where}, which a strict run refuses: ${INSTEAD[of]}`, {
      api,
      ...(at === undefined ? {} : { at }),
    });
    // Whoever catches it does not make it undone.
    world.refused ??= error;
    throw error;
  }
  return context;
}

/** What no run can control, with the place of the call; `instead`: what to do. */
export function uncontrolled(api: string, instead: string): EddyError {
  const at = callSite();
  const where = at === undefined ? '' : `, called at ${at},`;
  return new EddyError(
    'EDDY_UNCONTROLLED',
    `${api}${where} settles outside virtual time, so the run could not be repeated: ${instead}`,
    { api, ...(at === undefined ? {} : { at }) },
  );
}

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** File and line of the first caller that is none of the guards. */
function callSite(): string | undefined {
  const frame = framesOf(new Error('where').stack ?? '').find(({ file }) => !file.startsWith(HERE));
  return frame && `${frame.file}:${frame.line}`;
}
