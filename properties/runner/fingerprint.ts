/**
 * What makes two failures the same while shrinking: the property and the roles of the entries that show it, where it names
 * those alone. No ids, times or counts.
 */
import type { Property, Verdict } from '../property.ts';

export function fingerprint(property: Property, verdict: Verdict): string | undefined {
  if (verdict.verdict !== 'fail') return undefined;
  const roles = property.looksAtAll === true ? [] : [...new Set(verdict.evidence.map((entry) => entry.kind))];
  return [property.id, property.name, ...roles].join(' ');
}
