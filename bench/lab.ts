import { systemOf } from '../properties/scenario.ts';
import { builtIn } from '../scenarios/built-in.fixture.ts';
import { execute } from '../properties/runner/execute.ts';
import { makeSlice } from '../properties/runner/slice.ts';
import { Search } from '../properties/runner/search.ts';
import { nothingKnown } from '../properties/runner/knowledge.ts';
import { kindsOf } from '../properties/scenario.ts';
import { inWorlds } from '../sim/simulate.ts';
const [variant, seedsText = '20', runsText = '25', strategy = 'guided'] = process.argv.slice(2);
const shape = builtIn.find((s) => s.variants.includes(variant!))!;
const breaks = shape.wrong[variant!]!.breaks;
const sys = systemOf(shape, variant!);
const turns = new Map<string, [number, number]>();
const firsts: string[] = [];
await inWorlds(async () => {
  for (let seed = 1; seed <= Number(seedsText); seed++) {
    const known = nothingKnown();
    let run = 0, first = '';
    for (let n = 0; run < Number(runsText); n++) {
      const slice = makeSlice(shape, seed, n);
      const search = new Search(seed, strategy as any, new Set(kindsOf(shape)), { known, n });
      const given = { seed: slice.seed, items: slice.items };
      const go = async (p: any) => {
        run++;
        const made = await execute(sys, shape.properties, { ...given, plan: p.plan, ...(p.rule ? { rule: p.rule } : {}) }, { recordSites: true, strict: false });
        const hit = made.verdicts.some((v, i) => v.verdict === 'fail' && shape.properties[i]!.id === breaks);
        const turn = p.turn ?? p.strategy;
        const t = turns.get(turn) ?? [0, 0];
        t[0]++; if (hit) t[1]++;
        turns.set(turn, t);
        if (hit && !first) first = `${run} ${turn}`;
        return made.record;
      };
      const probe = await go({ strategy: 'probe', plan: [] });
      slice.sites = probe.sites;
      const plans = search.plans(slice, 24, probe);
      for (let next = plans.next(); !next.done && run < Number(runsText); ) next = plans.next(await go(next.value));
    }
    firsts.push(first || 'none');
  }
});
console.log(variant, firsts.join(', '));
for (const [t, [n, h]] of turns) console.log(t.padEnd(10), String(n).padStart(5), String(h).padStart(5), (100 * h / n).toFixed(1) + '%');
