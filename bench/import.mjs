// What importing Eddy costs a process that has nothing else to do, from dist/ (npm run build), beside its two peers alone.
// The median of fresh processes, in CPU time as well: that says something on a machine with other work, too.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROUNDS = 9;
const entry = fileURLToPath(new URL('../dist/index.js', import.meta.url));
if (!existsSync(entry)) {
  process.stderr.write('There is no dist/index.js; run npm run build first\n');
  process.exit(64);
}
const MEASURE = `
const from = performance.now(), cpu = process.cpuUsage();
for (const path of process.argv.slice(1)) await import(path);
const { user, system } = process.cpuUsage(cpu);
console.log(performance.now() - from, (user + system) / 1000);`;

for (const [name, paths] of [
  ['rxjs', ['rxjs']],
  ['rxjs and fast-check', ['rxjs', 'fast-check']],
  ['eddy, with both', [entry]],
]) {
  const all = Array.from({ length: ROUNDS }, () => {
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', MEASURE, ...paths], {
      encoding: 'utf8',
    });
    return stdout.trim().split(' ').map(Number);
  });
  const median = (n) => {
    const sorted = all.map((times) => times[n]).toSorted((a, b) => a - b);
    return sorted[Math.floor(ROUNDS / 2)].toFixed(0);
  };
  console.log(`${name.padEnd(20)} ${median(0).padStart(5)} ms  ${median(1).padStart(5)} ms of CPU`);
}
