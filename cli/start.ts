/** What bin.js starts, in a process of its own. */
import { main } from './main.ts';
import { processHost } from './process-host.ts';

const host = processHost();
host.exit(await main(host.typed, host));
