/**
 * Date, performance and process.hrtime, answered in virtual time. Date tells the wall clock of the process's host, which may
 * be off; the others are monotonic.
 *
 * Not caught: what a module took hold of before the guards came (`const { now } = Date`).
 */
import { wallMs } from '../world.ts';
import type { Patch } from './install.ts';
import { contextFor } from './uses.ts';

function hrtimePatch(): Patch {
  const realHr = process.hrtime;
  const value = Object.assign(
    (before?: [number, number]): [number, number] => {
      const world = contextFor('clock', 'process.hrtime')?.world;
      if (!world) return realHr(before);
      const us = world.tellUs() - (before ? before[0] * 1e6 + before[1] / 1e3 : 0);
      return [Math.floor(us / 1e6), Math.round((us % 1e6) * 1e3)];
    },
    {
      bigint: (): bigint => {
        const world = contextFor('clock', 'process.hrtime.bigint')?.world;
        return world ? BigInt(Math.floor(world.tellUs())) * 1000n : realHr.bigint();
      },
    },
  );
  return { on: process, name: 'hrtime', value };
}

/** Who formats no date formats the time that it is. */
function formatPatches(): Patch[] {
  const { prototype } = Intl.DateTimeFormat;
  const real = {
    format: Object.getOwnPropertyDescriptor(prototype, 'format')?.get as () => (date?: Date | number) => string,
    parts: prototype.formatToParts,
  };
  const dated = (date: Date | number | undefined, api: string): Date | number | undefined => {
    const context = date === undefined ? contextFor('clock', `Intl.DateTimeFormat.${api}`) : undefined;
    return context ? wallMs(context) : date;
  };
  const format = function (this: Intl.DateTimeFormat): (date?: Date | number) => string {
    const formatting = Reflect.apply(real.format, this, []);
    return (date) => formatting(dated(date, 'format'));
  };
  const parts = function (this: Intl.DateTimeFormat, date?: Date | number): Intl.DateTimeFormatPart[] {
    return Reflect.apply(real.parts, this, [dated(date, 'formatToParts')]);
  };
  return [
    { on: prototype, name: 'format', get: format },
    { on: prototype, name: 'formatToParts', value: parts },
  ];
}

export function clockPatches(): Patch[] {
  const RealDate = Date;
  const realNow = performance.now.bind(performance);
  const realOrigin = performance.timeOrigin;
  const realUptime = process.uptime.bind(process);
  const VirtualDate = new Proxy(RealDate, {
    construct(target, args: [], newTarget) {
      const context = args.length === 0 ? contextFor('clock', 'new Date') : undefined;
      return Reflect.construct(target, context ? [wallMs(context)] : args, newTarget) as object;
    },
    apply(target, self, args) {
      const context = contextFor('clock', 'Date');
      return context ? new RealDate(wallMs(context)).toString() : Reflect.apply(target, self, args);
    },
  });
  const realDateNow = RealDate.now.bind(RealDate);
  return [
    { on: globalThis, name: 'Date', value: VirtualDate },
    {
      on: RealDate,
      name: 'now',
      value: () => {
        const context = contextFor('clock', 'Date.now');
        return context ? wallMs(context) : realDateNow();
      },
    },
    {
      on: performance,
      name: 'now',
      value: () => {
        const world = contextFor('clock', 'performance.now')?.world;
        return world ? world.tellUs() / 1000 : realNow();
      },
    },
    {
      on: performance,
      name: 'timeOrigin',
      get: () => contextFor('clock', 'performance.timeOrigin')?.world.epochMs ?? realOrigin,
    },
    hrtimePatch(),
    ...formatPatches(),
    {
      on: process,
      name: 'uptime',
      value: () => {
        const world = contextFor('clock', 'process.uptime')?.world;
        return world ? world.tellUs() / 1e6 : realUptime();
      },
    },
  ];
}
