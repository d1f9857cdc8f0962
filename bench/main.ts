/**
 * `npm run bench [-- --json] [-- words...]`: every bar on speed and growth, each measured beside its peer in this process, as a
 * table or as lines of JSON (`{"name","value","unit","bar","holds","low","high"}`). With words only the rows whose names hold
 * one of them. Ends with 1 where a bar is missed. Times are of the processor, so that a busy machine changes them little; a
 * value is the median of several rounds, `low` and `high` the ends of their spread.
 */
import { parseArgs } from 'node:util';
import { checks } from './rows/checks.ts';
import { growth } from './rows/growth.ts';
import { history } from './rows/history.ts';
import { kernel } from './rows/kernel.ts';
import { queue } from './rows/queue.ts';
import { type Measured, measured } from './rows/row.ts';
import { runs } from './rows/runs.ts';
import { shrinking } from './rows/shrinking.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
const rows = [...kernel, ...queue, ...runs, ...history, ...checks, ...shrinking, ...growth].filter(
  ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
);

const digits = (value: number): string => (value < 100 ? value.toPrecision(3) : Math.round(value).toLocaleString('en'));

function line({ name, value, unit, holds, low, high }: Measured, bar: string): string {
  const spread = `${digits(low)} to ${digits(high)}`;
  return `${holds ? '✓' : '✗'} ${name.padEnd(62)} ${`${digits(value)} ${unit}`.padStart(16)}  ${bar.padEnd(18)} ${spread}`;
}

for (const row of rows) {
  const result = await measured(row);
  if (!result.holds) process.exitCode = 1;
  process.stdout.write(`${values.json ? JSON.stringify(result) : line(result, `${row.holds} ${row.bar}`)}\n`);
}
