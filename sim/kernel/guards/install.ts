/**
 * During a run, code that asks the machine for time, timers or randomness is answered by the world, and what works on
 * other threads is refused with a sentence. The patches are put in place for a campaign and taken back whatever
 * happens; each answers from the world only to code that runs inside one, so that everything else in the process
 * (a test runner, its timers) goes on undisturbed. `setImmediate` stays real: a drain waits for it.
 */
import { syncBuiltinESMExports } from 'node:module';
import { EddyError } from '../../errors.ts';
import { clockPatches } from './clock.ts';
import { atOncePatches } from './at-once.ts';
import { dnsPatches } from './dns.ts';
import { fetchPatches } from './fetch.ts';
import { httpPatches } from './http.ts';
import { localePatches } from './locale.ts';
import { netPatches } from './net.ts';
import { outputPatches } from './output.ts';
import { processPatches } from './process.ts';
import { refusals } from './refusals.ts';
import { randomPatches } from './randomness.ts';
import { serverPatches } from './servers.ts';
import { timerPatches } from './timers.ts';
import { weakPatches } from './weak.ts';
import { inUtc } from './zone.ts';

/** One property of one object, and what stands there during runs. */
export interface Patch {
  readonly on: object;
  readonly name: string | symbol;
  readonly value?: unknown;
  /** Instead of a value, for what is read and not called. */
  readonly get?: () => unknown;
}

let users = 0;
let undo: (() => void)[] = [];

/** Puts the guards in place until the returned function is called; several users share one installation. */
export function installGuards(): () => void {
  if ('clock' in setTimeout) {
    throw new EddyError(
      'EDDY_FAKE_TIMERS',
      'Fake timers are in place (vi.useFakeTimers): a run has its own virtual time, so call vi.useRealTimers() first',
    );
  }
  if (users++ === 0) apply();
  let done = false;
  return () => {
    if (done) return;
    done = true;
    if (--users === 0) restore();
  };
}

function apply(): void {
  const guards = [
    clockPatches,
    timerPatches,
    randomPatches,
    netPatches,
    httpPatches,
    fetchPatches,
    dnsPatches,
    atOncePatches,
    processPatches,
    outputPatches,
    localePatches,
    serverPatches,
    weakPatches,
    refusals,
  ];
  const patches = guards.flatMap((of) => of());
  for (const { on, name, value, get } of patches) {
    const before = Object.getOwnPropertyDescriptor(on, name);
    if (before?.configurable === false && before.writable !== true) continue;
    if (get) Object.defineProperty(on, name, { configurable: true, enumerable: before?.enumerable ?? false, get });
    else if (before && 'value' in before) Object.defineProperty(on, name, { ...before, value });
    else Object.defineProperty(on, name, { configurable: true, writable: true, enumerable: false, value });
    undo.push(() => {
      if (before) Object.defineProperty(on, name, before);
      else Reflect.deleteProperty(on, name);
    });
  }
  undo.push(inUtc());
  syncBuiltinESMExports();
}

function restore(): void {
  for (const back of undo.toReversed()) back();
  undo = [];
  syncBuiltinESMExports();
}
