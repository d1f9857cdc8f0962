/** `eddy serve`: the brokers of simulated runs on loopback TCP in real time, with the faults of a plan file. */
import type { FaultData } from '../../sim/faults/fault.ts';
import { EXIT } from '../../reports/exit-codes.ts';
import type { Host } from '../host.ts';
import { version } from '../../reports/project.ts';
import { readNamed, shownFile } from '../read-file.ts';
import { amqpEndpoint, kafkaEndpoint } from '../serve/endpoints.ts';
import { readHosts, readPort, readPorts } from '../serve/options.ts';
import { readPlan } from '../serve/plan.ts';
import { serveSays } from '../serve/says.ts';
import { type Endpoint, serve as startServing } from '../serve/server.ts';
import { troubleSentence } from '../trouble.ts';
import { usage } from '../usage.ts';

export interface ServeOptions {
  readonly amqp?: string;
  readonly kafka?: string;
  readonly faults?: string;
  readonly host: string;
  readonly expose?: boolean;
  readonly json?: boolean;
}

/** @returns when it is interrupted: 130 */
export async function serve(options: ServeOptions, host: Host): Promise<number> {
  const endpoints = endpointsOf(options);
  const plan = options.faults === undefined ? [] : planOf(options.faults, endpoints, host);
  const hosts = await readHosts(options.host, options.expose === true);
  const says = serveSays({ json: options.json === true, eddy: version(), out: host.out });
  const serving = await startServing(endpoints, {
    hosts,
    plan,
    heard: {
      struck: (sentence, at) => says.struck(sentence, at),
      failed: (error) => host.err(troubleSentence(error, host.env)),
    },
  });
  host.watch({ phase: 'serve' });
  says.ready(serving.listening);
  await aborted(host.signal);
  await serving.close();
  says.ended(serving.faults);
  return EXIT.interrupted;
}

function endpointsOf({ amqp, kafka }: ServeOptions): readonly Endpoint[] {
  if (amqp === undefined && kafka === undefined)
    throw usage('There is nothing to serve: give --amqp with a port, --kafka with one or several, or both');
  const endpoints = [
    ...(amqp === undefined ? [] : [amqpEndpoint(readPort('--amqp', amqp))]),
    ...(kafka === undefined ? [] : [kafkaEndpoint(readPorts('--kafka', kafka))]),
  ];
  const taken = endpoints.flatMap(({ ports }) => ports).filter((port) => port !== 0);
  if (new Set(taken).size < taken.length) throw usage(`--amqp ${amqp} and --kafka ${kafka} cannot share a port`);
  return endpoints;
}

function planOf(path: string, endpoints: readonly Endpoint[], { cwd }: Host): readonly FaultData[] {
  const text = readNamed({ file: path, cwd, option: '--faults', give: 'give a file with a fault sentence a line' });
  return readPlan(
    text,
    shownFile(path),
    endpoints.map(({ name }) => name),
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
