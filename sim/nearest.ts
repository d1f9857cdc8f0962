const LENGTH_MAX = 64;

/** The known name that comes nearest to a given one, by how many letters must change. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const each of known) {
    const changes = distance(name, each);
    if (changes < least) [best, least] = [each, changes];
  }
  return best;
}

/** Levenshtein's distance, one row at a time; of long names the beginnings are compared. */
export function distance(left: string, right: string): number {
  const a = left.slice(0, LENGTH_MAX);
  const b = right.slice(0, LENGTH_MAX);
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, (row[j - 1] as number) + same));
    }
    row = next;
  }
  return row[b.length] as number;
}
