/** The network between a service and a component is cut for a while: its type, its words. */
import type { Reader } from './reader.ts';
import { printDuration, printName } from './words.ts';

/**
 * Nothing passes between processes of the service, or one instance of it, and the component; `there`, `back`: only that way.
 * What is sent is sent again when the cut is over.
 */
export interface Cut {
  readonly kind: 'cut';
  readonly service: string;
  readonly instance?: number;
  readonly component: string;
  readonly way?: 'there' | 'back';
  readonly fromUs: number;
  readonly toUs: number;
}

const WORDS = { both: ['between', 'and'], there: ['from', 'to'], back: ['to', 'from'] } as const;

export function printCut({ service, instance, component, way, fromUs, toUs }: Cut): string {
  const [first, second] = WORDS[way ?? 'both'];
  const whose = `${printName(service)}${instance === undefined ? '' : `/${instance}`}`;
  const when = `from ${printDuration(fromUs)} to ${printDuration(toUs)}`;
  return `network ${first} ${whose} ${second} ${printName(component)} is cut ${when}`;
}

/** A cut, if that is what comes next. */
export function readCut(r: Reader): Cut | undefined {
  for (const way of ['both', 'there', 'back'] as const) {
    const [first, second] = WORDS[way];
    if (!r.takes('network', first)) continue;
    const whose = r.instance();
    r.wants(second);
    const component = r.name('a component');
    r.wants('is', 'cut', 'from');
    const fromUs = r.durationUs();
    r.wants('to');
    return { kind: 'cut', ...whose, component, ...(way !== 'both' && { way }), fromUs, toUs: r.untilUs(fromUs) };
  }
  return undefined;
}
