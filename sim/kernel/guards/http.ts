/**
 * node:http and node:https as clients: their connections are opened by net.connect and tls.connect and so are a run's. An
 * agent keeps connections; inside a world each process has its own of it, though a module made it for all.
 *
 * Not caught: agents of classes that extend Node's, when a module makes them: they share connections between processes and runs.
 */
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { type Actor, currentContext } from '../context.ts';
import type { Patch } from './install.ts';
import { heardContext } from './uses.ts';

type Call = (...args: unknown[]) => unknown;

/** By process: what stands for an agent there. */
const twins = new WeakMap<Actor, Map<http.Agent, http.Agent>>();

function twinOf(agent: http.Agent, actor: Actor): http.Agent {
  const { constructor: made } = agent;
  if (made !== http.Agent && made !== https.Agent) return agent;
  let ours = twins.get(actor);
  if (!ours) {
    ours = new Map();
    twins.set(actor, ours);
  }
  let twin = ours.get(agent);
  if (!twin) {
    twin = new (made as typeof http.Agent)((agent as { options?: http.AgentOptions }).options);
    ours.set(agent, twin);
    ours.set(twin, twin);
  }
  return twin;
}

function addRequestPatch(): Patch {
  const on = http.Agent.prototype as http.Agent & { addRequest: Call };
  const real = on.addRequest;
  const value = function addRequest(this: http.Agent, ...args: unknown[]): unknown {
    const context = currentContext();
    return Reflect.apply(real, context ? twinOf(this, context.actor) : this, args);
  };
  return { on, name: 'addRequest', value };
}

function destroyPatch(): Patch {
  const real = http.Agent.prototype.destroy;
  const value = function destroy(this: http.Agent): void {
    const context = currentContext();
    Reflect.apply(real, context ? twinOf(this, context.actor) : this, []);
  };
  return { on: http.Agent.prototype, name: 'destroy', value };
}

/** It took hold of net.createConnection when Node began. */
function connectPatch(): Patch {
  const on = http.Agent.prototype as http.Agent & { createConnection: Call };
  const real = on.createConnection;
  const value = function createConnection(this: http.Agent, ...args: unknown[]): unknown {
    if (heardContext('pool', 'http.Agent.createConnection')) return (net.createConnection as Call)(...args);
    return Reflect.apply(real, this, args);
  };
  return { on, name: 'createConnection', value };
}

export function httpPatches(): Patch[] {
  return [addRequestPatch(), destroyPatch(), connectPatch()];
}
