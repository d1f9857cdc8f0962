/**
 * How many small changes of the code the specs notice: `npm run mutate -- [--folder sim/kernel] [--sample 100] [--seed 1]
 * [--specs sim/brokers]... [--budget 30] [--journal FILE] [--seconds 100] [--json] [FILE[:LINE]...]`. Mutants are drawn from each
 * folder, and made in a copy of the project; each meets the specs that load its file, those nearest first, up to the first
 * that fails, and no more than take so many seconds (`--budget`). With a file all of its mutants are made, or those of a
 * line. A journal keeps what is known, so that a run which ended, or was cut after some seconds, goes on. Sentences (texts
 * with a space) are not changed.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Copy } from './mutation/copy.ts';
import { Crew, type Outcome } from './mutation/crew.ts';
import { allUnder, type Drawn, draw } from './mutation/draw.ts';
import { importersOf } from './mutation/graph.ts';
import { Journal } from './mutation/journal.ts';
import { described, idOf, type Mutant, mutated } from './mutation/mutants.ts';
import { type Judged, reportOf, words } from './mutation/report.ts';
import { askable, chosen, measure } from './mutation/specs.ts';

const FOLDERS = ['sim/kernel', 'sim/brokers', 'sim/stores', 'properties/checks'];
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folder: { type: 'string', multiple: true, default: FOLDERS },
    sample: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    specs: { type: 'string', multiple: true, default: [''] },
    journal: { type: 'string' },
    budget: { type: 'string', default: '30' },
    seconds: { type: 'string', default: 'Infinity' },
    json: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const until = performance.now() + Number(values.seconds) * 1000;
const isOver = (): boolean => performance.now() > until;

// Before anything is made that must be removed.
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));
const copy = new Copy(join(import.meta.dirname, '..'));
const journal = new Journal(values.journal, copy.digest());
const importers = importersOf(copy.folder, copy.files);
const usualMs = new Map<string, number>();
const crew = new Crew(copy.folder, usualMs);
process.on('exit', () => {
  crew.stop();
  copy.remove();
});

/** The mutants of each folder that is asked for; of a file, or a line of it, all. */
function drawnFrom(under: string): Drawn {
  if (positionals.length === 0) return draw(copy, journal, allUnder(copy, under), Number(values.sample), seed);
  const [file = '', line] = under.split(':');
  const all = allUnder(copy, file).filter((mutant) => line === undefined || mutant.line === Number(line));
  return draw(copy, journal, all, all.length, seed);
}

async function judge(mutant: Mutant): Promise<Outcome> {
  const text = copy.read(mutant.file);
  copy.write(mutant.file, mutated(text, mutant));
  const specs = chosen(askable(mutant.file, importers, values.specs), journal, Number(values.budget) * 1000);
  const outcome: Outcome = await crew.run({ changed: [mutant.file], specs }, () => undefined);
  copy.write(mutant.file, text);
  return outcome;
}

async function report(under: string): Promise<void> {
  const drawn = drawnFrom(under);
  const files = new Set(drawn.mutants.map(({ file }) => file));
  const specs = new Set([...files].flatMap((file) => [...askable(file, importers, values.specs).keys()]));
  await measure([...specs], crew, journal, isOver);
  for (const [spec, { ms }] of journal.specs) usualMs.set(spec, ms);
  const judged: Judged[] = [];
  for (const mutant of drawn.mutants) {
    const before = journal.mutants.get(idOf(mutant));
    if (before && before.is !== 'compiles' && before.is !== 'refused') {
      judged.push({ mutant, outcome: before });
      continue;
    }
    if (isOver()) continue;
    const outcome = await judge(mutant);
    journal.add({ mutant: idOf(mutant), outcome });
    judged.push({ mutant, outcome });
    const by = 'by' in outcome ? ` ${outcome.by}` : '';
    process.stderr.write(`${judged.length}/${drawn.mutants.length} ${outcome.is} ${described(mutant)}${by}\n`);
  }
  const result = reportOf(under, seed, drawn, judged);
  process.stdout.write(`${values.json ? JSON.stringify(result) : words(result)}\n`);
}

for (const under of positionals.length > 0 ? positionals : values.folder) await report(under);
crew.stop();
