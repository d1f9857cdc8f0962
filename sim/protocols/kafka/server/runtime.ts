/** A log broker in a run that real clients reach over the simulated network, under its name, at a port for each node. */
import type { Availability, Runtime } from '../../../component.ts';
import type { Process } from '../../../services/process.ts';
import type { Simulation } from '../../../simulation.ts';
import type { LogShape } from '../../../brokers/log/cluster.ts';
import { LogRuntime } from '../../../brokers/log/runtime.ts';
import type { Identify } from '../../../brokers/message.ts';
import { type Address, KafkaEndpoint, type EndpointOptions } from './endpoint.ts';

/** Of the first node; the others have those behind it. */
const FIRST_PORT = 9092;

export interface KafkaShape extends LogShape {
  readonly identify?: Identify | undefined;
  readonly autoCreate?: EndpointOptions['autoCreate'];
  readonly cutsAnswers?: boolean | undefined;
}

export class KafkaRuntime<Port> implements Runtime<Port> {
  readonly log: LogRuntime<string>;
  readonly endpoint: KafkaEndpoint;

  constructor(
    readonly name: string,
    shape: KafkaShape,
    simulation: Simulation,
    readonly makePort: (process: Process, endpoint: KafkaEndpoint) => Port,
  ) {
    this.log = new LogRuntime(name, shape, shape.identify, simulation);
    const { brokers } = this.log.cluster;
    this.endpoint = new KafkaEndpoint(this.log, {
      addressOf: (node): Address => ({ host: name, port: FIRST_PORT + node }),
      nodeOf: (port) => (port >= FIRST_PORT && port < FIRST_PORT + brokers ? port - FIRST_PORT : undefined),
      ...(shape.autoCreate !== undefined && { autoCreate: shape.autoCreate }),
      ...(shape.cutsAnswers !== undefined && { cutsAnswers: shape.cutsAnswers }),
    });
    const ports = this.endpoint.nodes.map((node) => FIRST_PORT + node);
    this.endpoint.listensAt(simulation.network.listen(this.log, this.endpoint.accept, { ports }));
  }

  /** As clients are told it: `kafka:9092`, one for each node. */
  get addresses(): readonly string[] {
    return this.endpoint.nodes.map((node) => `${this.name}:${FIRST_PORT + node}`);
  }

  get availability(): Availability {
    return this.log.availability;
  }

  set availability(availability: Availability) {
    this.log.availability = availability;
  }

  get asLog() {
    return this.log.asLog;
  }

  port(process: Process): Port {
    return this.makePort(process, this.endpoint);
  }

  disconnect(process: Process): void {
    this.log.disconnect(process);
  }

  isConnected(process: Process): boolean {
    return this.log.isConnected(process);
  }

  serves(process: Process): boolean {
    return this.log.serves(process);
  }

  halfOpen(process: Process): void {
    this.log.halfOpen(process);
  }

  availabilityChanged(): void {
    this.log.availabilityChanged();
  }

  unfinished(): readonly string[] {
    return this.log.unfinished();
  }

  brokenLaw(): string | undefined {
    return this.log.brokenLaw();
  }
}
