/** `eddy list`: scenarios, their properties, wrong variants, and the faults that they claim to survive. */
import type { Host } from '../host.ts';
import { humanOutput } from '../human.ts';
import { jsonOutput } from '../output.ts';
import { everyScenario } from '../scenarios.ts';

export async function list(options: { readonly json?: boolean }, host: Host): Promise<number> {
  const output = options.json ? jsonOutput(host.out) : humanOutput(host.out, host.colors);
  output.listed(await everyScenario(host));
  return 0;
}
