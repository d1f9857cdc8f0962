/** Virtual time as people read it. */

/** `867 µs`, `12.3 ms`, `5 s`, `2 min 5 s`; at most three digits behind the point. */
export function duration(us: number): string {
  if (us < 1_000) return `${us} µs`;
  if (us < 1_000_000) return `${trimmed(us / 1_000, 1)} ms`;
  if (us < 60_000_000) return `${trimmed(us / 1_000_000, 3)} s`;
  const minutes = Math.floor(us / 60_000_000);
  const rest = us - minutes * 60_000_000;
  return rest < 1_000 ? `${minutes} min` : `${minutes} min ${trimmed(rest / 1_000_000, 3)} s`;
}

/** With so many digits behind the point, and no needless ones. */
export function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
