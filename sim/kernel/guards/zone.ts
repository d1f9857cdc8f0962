/**
 * Runs are in UTC wherever they are made, so that what code tells by local time (`getHours`, a date without a zone) is the same on
 * every machine, and is what the command line replays.
 *
 * Not reached: a worker thread that somebody else started, whose `process.env` is a copy; what a module told when it was loaded.
 */
export function inUtc(): () => void {
  const { env } = process;
  const before = env['TZ'];
  env['TZ'] = 'UTC';
  return () => {
    if (before === undefined) delete env['TZ'];
    else env['TZ'] = before;
  };
}
