/**
 * What `process` is to code inside a world: the simulated process that it runs in. `process.exit` ends that one, and the listeners
 * of signals and of unhandled errors are each process's own: SIGTERM comes when it is asked to stop, and whoever listens for
 * unhandled errors does not die of them, as in Node.
 *
 * Not modelled: signals that are sent by code (`process.kill` is refused), exit codes that mean something to a supervisor.
 */
import { EventEmitter } from 'node:events';
import { type Actor, type Context, currentContext, runIn } from '../context.ts';
import type { Patch } from './install.ts';
import type { Unhandled } from './unhandled.ts';

type Listener = (...args: unknown[]) => void;

const OWN = new Set<unknown>([
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGQUIT',
  'exit',
  'beforeExit',
  'unhandledRejection',
  'uncaughtException',
]);

const emitters = new WeakMap<Actor, EventEmitter>();

function emitterOf(actor: Actor): EventEmitter {
  let emitter = emitters.get(actor);
  if (!emitter) {
    emitter = new EventEmitter();
    emitter.setMaxListeners(0);
    emitters.set(actor, emitter);
  }
  return emitter;
}

/** The running process hears of this, in the step that has entered it. */
export function tellProcess(actor: Actor, event: string, ...about: unknown[]): void {
  emitters.get(actor)?.emit(event, ...about);
}

/** Whether a listener of the process has taken care of an error that nothing else handles. */
export function tookCareOf(context: Context, event: Unhandled, error: unknown): boolean {
  const { actor } = context;
  const emitter = actor.alive ? emitters.get(actor) : undefined;
  // A rejection that nobody listens for is thrown, as in Node.
  const heard = [event, 'uncaughtException'].find((name) => (emitter?.listenerCount(name) ?? 0) > 0);
  if (!emitter || heard === undefined) return false;
  runIn(context, () => emitter.emit(heard, error, heard === 'unhandledRejection' ? Promise.resolve() : event));
  return true;
}

/** What unwinds the code that has called `process.exit`: its process is gone by then. */
class Exit extends Error {
  override readonly name = 'process.exit';

  constructor(readonly code: string) {
    super(`process.exit(${code})`);
  }
}

const METHODS = [
  'on',
  'addListener',
  'prependListener',
  'once',
  'prependOnceListener',
  'off',
  'removeListener',
  'removeAllListeners',
  'listeners',
  'listenerCount',
] as const;

export function processPatches(): Patch[] {
  const realExit = process.exit.bind(process);
  const exit = (code?: number | string | null): never => {
    const context = currentContext();
    if (!context) return realExit(code);
    const given = String(code ?? process.exitCode ?? 0);
    tellProcess(context.actor, 'exit', Number(given));
    context.actor.exit(given);
    throw new Exit(given);
  };
  const listening = METHODS.map((name): Patch => {
    const real = process[name] as Listener;
    const value = function (this: unknown, event: unknown, ...rest: unknown[]): unknown {
      const context = OWN.has(event) ? currentContext() : undefined;
      if (!context) return Reflect.apply(real, process, event === undefined ? rest : [event, ...rest]);
      const emitter = emitterOf(context.actor);
      const answer: unknown = Reflect.apply(emitter[name] as Listener, emitter, [event, ...rest]);
      return answer === emitter ? process : answer;
    };
    return { on: process, name, value };
  });
  return [{ on: process, name: 'exit', value: exit }, ...listening];
}
