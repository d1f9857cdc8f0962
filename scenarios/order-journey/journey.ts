/**
 * A journey rebuilt from ids alone: which event followed from which, over all services, and a drawing of it. Nothing else of
 * the events is looked at, neither their times nor where they went.
 */

/** What a tracer needs of an event. */
export interface Traced {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly correlationid: string;
  readonly causationid?: string;
}

export interface Journey extends Traced {
  /** What followed from it, by id. */
  readonly next: readonly Journey[];
}

/** The beginnings of each journey, by correlation id; a whole one has one. What follows from an unknown event begins anew. */
export function journeysOf(events: readonly Traced[]): ReadonlyMap<string, readonly Journey[]> {
  const journeys = new Map<string, readonly Journey[]>();
  const correlations = new Set(events.map(({ correlationid }) => correlationid));
  for (const correlation of correlations) {
    const own = new Map(events.filter((each) => each.correlationid === correlation).map((each) => [each.id, each]));
    const after = (cause: string): readonly Journey[] =>
      sorted([...own.values()].filter(({ causationid }) => causationid === cause)).map(grown);
    const grown = (event: Traced): Journey => ({ ...event, next: after(event.id) });
    const begins = ({ causationid }: Traced): boolean => causationid === undefined || !own.has(causationid);
    journeys.set(correlation, sorted([...own.values()].filter(begins)).map(grown));
  }
  return journeys;
}

function sorted(events: readonly Traced[]): readonly Traced[] {
  return events.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** For a terminal, one event a line. */
export function asText({ type, source, next }: Journey, indent = ''): string {
  const lines = next.map((each, n) => {
    const isLast = n === next.length - 1;
    return `\n${indent}${isLast ? '└─ ' : '├─ '}${asText(each, `${indent}${isLast ? '   ' : '│  '}`)}`;
  });
  return `${type} (${source})${lines.join('')}`;
}

/** As a flowchart of Mermaid, which Markdown on many sites shows as a picture. */
export function asMermaid(journey: Journey): string {
  const lines = ['flowchart LR'];
  let count = 0;
  const draw = (event: Journey): string => {
    const name = `e${++count}`;
    lines.push(`  ${name}["${event.type}<br/>${event.source}"]`);
    for (const each of event.next) lines.push(`  ${name} --> ${draw(each)}`);
    return name;
  };
  draw(journey);
  return lines.join('\n');
}
