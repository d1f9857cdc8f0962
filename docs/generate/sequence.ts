/** A run without faults as a Mermaid sequence diagram: who tells whom what, services by their name, however many instances. */
import type { EntryResult } from '../../properties/runner/result.ts';
import { channelsOf, componentOf, fieldsOf, textOf } from '../../reports/fields.ts';

/** More is no longer a picture. */
const STEPS_MAX = 24;

/** What somebody hears from a component; all others tell it something. */
const HEARD: ReadonlySet<string> = new Set(['delivered', 'observed']);
const SHOWN: ReadonlySet<string> = new Set([
  'published',
  'delivered',
  'acked',
  'deadLettered',
  'inserted',
  'updated',
  'deleted',
  'appended',
  'observed',
  'snapshotted',
  'applied',
  'called',
  'offsetsCommitted',
]);

export function sequenceOf(entries: readonly EntryResult[]): string {
  const names = new Map<string, string>();
  const nameOf = (who: string): string => {
    const known = names.get(who);
    if (known !== undefined) return known;
    const name = `p${names.size}`;
    names.set(who, name);
    return name;
  };
  const lines = entries.flatMap((entry) => {
    const component = componentOf(entry);
    if (component === undefined || !SHOWN.has(entry.kind)) return [];
    const [self, other] = [nameOf(serviceOf(entry)), nameOf(component)];
    return [HEARD.has(entry.kind) ? `  ${other}-->>${self}: ${says(entry)}` : `  ${self}->>${other}: ${says(entry)}`];
  });
  // The same a second time, by another instance or for another reader, tells nothing new.
  const steps = [...new Set(lines)];
  const shown = steps.slice(0, STEPS_MAX);
  const left = steps.length - shown.length;
  const people = [...names].filter(([, name]) =>
    shown.some((line) => line.includes(`${name}-`) || line.includes(`>${name}:`)),
  );
  return [
    'sequenceDiagram',
    ...people.map(([who, name]) => `  participant ${name} as ${who}`),
    ...shown,
    ...(left > 0 ? [`  Note over ${people[0]?.[1]}: and ${left} more`] : []),
  ].join('\n');
}

function serviceOf({ process }: EntryResult): string {
  return process.replace(/\/\d+$/, '');
}

function says(entry: EntryResult): string {
  const { value } = fieldsOf(entry.data);
  const type = textOf(fieldsOf(value)['type']) || textOf(fieldsOf(fieldsOf(value)['event'])['type']);
  const where = channelsOf(entry).join(' and ');
  switch (entry.kind) {
    case 'published':
      return `${type || 'message'} to ${where}`;
    case 'delivered':
      return `${type || 'message'} from ${where}`;
    case 'acked':
      return `ack of ${type || 'message'}`;
    case 'deadLettered':
      return `${type || 'message'} dead-lettered`;
    case 'appended':
    case 'observed':
      return type || 'event';
    case 'snapshotted':
      return 'snapshot';
    case 'offsetsCommitted':
      return 'offset';
    case 'called':
    case 'applied':
      return where;
    default:
      return `${where}: row ${entry.kind}`;
  }
}
