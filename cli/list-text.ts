/** The list of scenarios for people. */
import { kindsOf } from '../properties/scenario.ts';
import type { Paint } from '../reports/terminal/paint.ts';
import type { Found } from './scenarios.ts';
import { visible } from '../reports/terminal/terminal-text.ts';

export function listLines(found: readonly Found[], paint: Paint): readonly string[] {
  return found.flatMap((one) => [...scenarioLines(one, paint), '']);
}

function scenarioLines({ scenario, path, known }: Found, paint: Paint): readonly string[] {
  const { name, story, patterns, properties, wrong, faults } = scenario;
  const without = Object.entries(faults.without ?? {});
  return [
    `${paint.bold(visible(name))}${known ? '' : `  ${paint.dim(visible(path))}`}`,
    ...(story === '' ? [] : [`  ${visible(story)}`]),
    ...(patterns.length > 0 ? [`  ${paint.dim('shows')}       ${visible(patterns.join(', '))}`] : []),
    `  ${paint.dim('properties')}`,
    ...properties.map(({ id, name: title, kind }) => `    ${visible(id).padEnd(4)} ${visible(title)} (${kind})`),
    ...(Object.keys(wrong).length > 0 ? [`  ${paint.dim('wrong variants')}`] : []),
    ...Object.entries(wrong).map(([variant, { catalogue, breaks, because }]) => {
      const number = catalogue === undefined ? '  ' : String(catalogue).padStart(2);
      return `    ${number} ${visible(variant).padEnd(26)} breaks ${visible(breaks)}: ${visible(because)}`;
    }),
    `  ${paint.dim('survives')}    ${kindsOf(scenario).join(', ')}`,
    ...without.map(([kind, reason]) => `  ${paint.dim('left out')}    ${visible(kind)}: ${visible(reason)}`),
    ...(faults.assumes ?? []).map((text) => `  ${paint.dim('assumes')}     ${visible(text)}`),
  ];
}
