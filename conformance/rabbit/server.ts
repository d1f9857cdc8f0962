/** A RabbitMQ of its own, on loopback: its own node name, ports, Erlang port mapper and data folder; nothing is kept. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type ChannelModel } from 'amqplib';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install, run } from '../debian.ts';
import { Unavailable } from '../side.ts';
import { freePorts } from './ports.ts';

/** Debian's folder of RabbitMQ's own scripts; those on the path change to the package's user and its folders. */
const PROGRAM = '/usr/lib/rabbitmq/bin/rabbitmq-server';
/** A file system in memory where there is one: what is written here is thrown away, and each write would wait for a disk. */
const SHARED_MEMORY = '/dev/shm';
const STARTS_WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 500;

export interface Server {
  readonly version: string;
  connect(): Promise<ChannelModel>;
  stop(): void;
}

interface Places {
  readonly folder: string;
  readonly port: number;
  readonly distribution: number;
  readonly mapper: number;
}

/** An alarm for memory or disk would block publishers: the machine's state is no part of the comparison. */
const CONFIG = `vm_memory_high_watermark.absolute = 2GB
disk_free_limit.absolute = 50MB
loopback_users.guest = true
log.console = true
log.console.level = error
log.file = false
collect_statistics_interval = 60000
`;

function environment({ folder, port, distribution, mapper }: Places): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    HOME: folder,
    RABBITMQ_NODENAME: `eddy-${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_GENERATED_CONFIG_DIR: join(folder, 'generated'),
    RABBITMQ_SCHEMA_DIR: join(folder, 'schema'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq'),
    RABBITMQ_CONF_ENV_FILE: join(folder, 'none'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    ERL_EPMD_PORT: String(mapper),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    // The port mapper ends when it is told to, though it has not noticed yet that the node is gone.
    ERL_EPMD_RELAXED_COMMAND_CHECK: '1',
  };
}

/** The whole group: the script, the Erlang machine and its helpers. */
function kill(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** @throws Unavailable */
async function firstConnection(places: Places, child: ChildProcess, log: string): Promise<ChannelModel> {
  const { port } = places;
  for (let waitedMs = 0; waitedMs < STARTS_WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
    if (child.exitCode !== null) break;
    try {
      return await connect({ hostname: '127.0.0.1', port });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }
  const said = readFileSync(log, 'utf8').trim().split('\n').slice(-3).join(' ');
  throw new Unavailable(
    child.exitCode === null
      ? `RabbitMQ did not answer within ${STARTS_WITHIN_MS / 1000} s`
      : `RabbitMQ did not start: ${said}`,
  );
}

/** @throws Unavailable */
export async function start(say: (line: string) => void): Promise<Server> {
  if (!existsSync(PROGRAM)) install('rabbitmq-server', say);
  if (!existsSync(PROGRAM)) throw new Unavailable(`rabbitmq-server is installed, but there is no ${PROGRAM}`);
  const [port = 0, distribution = 0, mapper = 0] = await freePorts(3);
  const folder = mkdtempSync(join(existsSync(SHARED_MEMORY) ? SHARED_MEMORY : tmpdir(), 'eddy-rabbit-'));
  const places = { folder, port, distribution, mapper };
  const log = join(folder, 'said');
  writeFileSync(join(folder, 'rabbitmq.conf'), CONFIG);
  writeFileSync(join(folder, 'plugins'), '[].\n');
  const child = spawn('/bin/sh', ['-c', `exec ${PROGRAM} >${log} 2>&1`], {
    env: environment(places),
    detached: true,
    stdio: 'ignore',
  });
  const stop = (): void => {
    process.off('exit', stop);
    kill(child);
    run('epmd', ['-port', String(mapper), '-kill']);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  process.on('exit', stop);
  try {
    const connection = await firstConnection(places, child, log);
    const { version } = connection.connection.serverProperties;
    await connection.close();
    return {
      version: String(version),
      connect: () => connect({ hostname: '127.0.0.1', port }, { noDelay: true }),
      stop,
    };
  } catch (error) {
    stop();
    throw error;
  }
}
