/**
 * A process that runs specs, in a copy of the project: one Vitest that lives on, so that a mutant costs only the
 * modules that see it. Specs run in the order given, up to the first failure.
 */
import { join } from 'node:path';
import { createVitest, type TestModule, type TestSpecification } from 'vitest/node';

export interface Task {
  /** Files that differ from what was there at the last task. */
  readonly changed: readonly string[];
  readonly specs: readonly string[];
}

export type Told =
  | { readonly ready: true }
  | { readonly begun: string }
  | { readonly spec: string; readonly ms: number }
  /** The first test that failed, or another error; none when all passed. */
  | { readonly done: true; readonly failed?: string };

const root = process.cwd();
/** What the first failure of a run calls off may be the run behind it: what has not passed there runs again. */
const TURNS_MAX = 5;
let order: readonly string[] = [];

class AsGiven {
  shard(specs: TestSpecification[]): TestSpecification[] {
    return specs;
  }

  sort(specs: TestSpecification[]): TestSpecification[] {
    const at = ({ moduleId }: TestSpecification): number => order.indexOf(moduleId.slice(root.length + 1));
    return specs.toSorted((a, b) => at(a) - at(b));
  }
}

function tell(told: Told): void {
  process.send?.(told);
}

const vitest = await createVitest('test', {
  root,
  watch: false,
  bail: 1,
  maxWorkers: 1,
  sequence: { sequencer: AsGiven },
  reporters: [
    {
      onTestModuleQueued: ({ relativeModuleId }) => tell({ begun: relativeModuleId }),
      onTestModuleEnd: (module) => {
        if (module.state() === 'passed') tell({ spec: module.relativeModuleId, ms: module.diagnostic().duration });
      },
    },
  ],
});

function failureOf(modules: readonly TestModule[], unhandled: readonly unknown[]): string | undefined {
  const module = modules.find((each) => each.state() === 'failed');
  if (!module) return unhandled.length === 0 ? undefined : 'an error that nobody caught';
  const [test] = module.children.allTests('failed');
  return `${module.relativeModuleId}${test ? ` > ${test.fullName}` : ''}`;
}

async function run({ changed, specs }: Task): Promise<void> {
  order = specs;
  vitest.state.filesMap.clear();
  for (const file of changed) vitest.invalidateFile(join(root, file));
  const all = await vitest.globTestSpecifications(specs.map((spec) => join(root, spec)));
  let left = all.filter(({ moduleId }) => specs.includes(moduleId.slice(root.length + 1)));
  let failed: string | undefined;
  for (let turn = 0; turn < TURNS_MAX && left.length > 0 && failed === undefined; turn++) {
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(left);
    failed = failureOf(testModules, unhandledErrors);
    const passed = new Set(testModules.filter((each) => each.state() === 'passed').map(({ moduleId }) => moduleId));
    left = left.filter(({ moduleId }) => !passed.has(moduleId));
  }
  tell({ done: true, failed });
}

process.on('message', (task: Task) => {
  run(task).catch((error: unknown) => tell({ done: true, failed: String(error) }));
});
tell({ ready: true });
