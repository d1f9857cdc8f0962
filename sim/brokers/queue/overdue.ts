/** Deliveries that are not settled in time: a channel is looked at when the first of them is due. */
import type { Process } from '../../services/process.ts';
import type { Channel } from './channel.ts';
import type { QueueRuntime } from './runtime.ts';

export interface Watched {
  readonly queue: string;
  /** The channel was closed for it. */
  closed(): void;
}

export function watchOverdue(
  runtime: QueueRuntime,
  process: Process,
  channel: Channel,
  { queue, closed }: Watched,
): void {
  if (channel.isWatched || !channel.isOpen || channel.overdueUs === Infinity) return;
  const { world } = runtime.simulation;
  channel.isWatched = true;
  world.watch(channel.overdueUs - world.nowUs, () => {
    channel.isWatched = false;
    const wasOpen = channel.isOpen;
    channel.findOverdue();
    if (wasOpen && !channel.isOpen) {
      noteOverdue(runtime, process, 'channelClosed', queue);
      closed();
    } else watchOverdue(runtime, process, channel, { queue, closed });
  });
}

/** The broker has cancelled a consumer: for what is overdue, if its queue is there yet. */
export function noteCancelled(runtime: QueueRuntime, process: Process, queue: string): void {
  if (runtime.broker.find(queue)) noteOverdue(runtime, process, 'consumerCancelled', queue);
}

function noteOverdue(
  { simulation, name }: QueueRuntime,
  process: Process,
  kind: 'channelClosed' | 'consumerCancelled',
  queue: string,
): void {
  simulation.record(process.label, kind, { component: name, channels: [queue], value: 'consumer time-out' });
  simulation.world.changed();
}
