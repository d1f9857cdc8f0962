/** basic.publish: an operation, or in a transaction what happens at its commit; confirms and returns. */
import { draftOf } from '../../brokers/draft.ts';
import type { Envelope } from '../../brokers/message.ts';
import { Publication, type Taken } from '../../brokers/queue/publication.ts';
import { refusal } from '../../brokers/queue/refusal.ts';
import { withoutBcc } from '../../brokers/queue/topology/publishing.ts';
import { EddyError } from '../../errors.ts';
import type { Moment } from '../../kernel/context.ts';
import { type Answer, perform } from '../../services/operation.ts';
import { HEARTBEAT_US } from '../../services/process.ts';
import type { Command, Content } from './assembler.ts';
import type { AmqpChannel } from './channel.ts';
import type { Arguments } from './codec/method.ts';
import { expirationUs, headersOf, readBody } from './message.ts';
import { contentFrames, methodFrame } from './out.ts';
import type { AmqpSession } from './session.ts';
import { isReplyKey, queueBehind, replyKey } from './reply-to.ts';

type PublishArguments = Arguments<'basic.publish'>;

interface Outgoing {
  readonly args: PublishArguments;
  readonly content: Content;
  readonly moment: Moment;
  readonly publication: Publication;
  /** Of its own, as an exchange sees them. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** Its number among the channel's confirms. */
  readonly tag: number | undefined;
}

export function publish(channel: AmqpChannel, args: PublishArguments, command: Command, moment: Moment): void {
  const { session } = channel;
  const content = command.content as Content;
  const tag = channel.confirms;
  if (tag !== undefined) channel.confirms = tag + 1;
  const refused = refusedAtOnce(args, command);
  if (refused) {
    session.inTurn(() => channel.guard('basic.publish', () => throwing(refused)));
    return;
  }
  const { own: headers, all } = headersOf(content.properties);
  const outgoing = {
    args,
    content,
    moment,
    tag,
    headers,
    publication: publicationOf(channel, args, content, { moment, headers, all }),
  };
  if (channel.core.isTransactional) {
    session.inTurn(() => channel.guard('basic.publish', () => holdBack(channel, outgoing)));
  } else operate(channel, outgoing);
}

function throwing(error: Error): never {
  throw error;
}

function refusedAtOnce({ immediate }: PublishArguments, command: Command): Error | undefined {
  if (command.tooLarge !== undefined) {
    const says = `message size ${command.tooLarge} is larger than configured max size 16777216`;
    return refusal('PRECONDITION_FAILED', says);
  }
  if (immediate) return refusal('NOT_IMPLEMENTED', 'immediate=true');
  try {
    expirationUs(command.content?.properties ?? {});
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

function publicationOf(
  channel: AmqpChannel,
  { exchange, routingKey, mandatory }: PublishArguments,
  { properties: given, body }: Content,
  { moment, headers: own, all }: { moment: Moment; headers: Outgoing['headers']; all: Outgoing['headers'] },
): Publication {
  const { session } = channel;
  const { runtime } = session;
  const { text, value } = readBody(body);
  const { BCC: _bcc, ...told } = all;
  const draft = draftOf(moment, runtime.identify, value, {
    headers: told,
    key: routingKey,
    typeElse: routingKey,
    text,
  });
  const properties = { ...given, ...(given.headers && { headers: withoutBcc(given.headers) }) };
  const envelope: Envelope = {
    message: draft.message,
    text,
    lineage: draft.lineage,
    entry: -1,
    exchange,
    expirationUs: expirationUs(given),
    durable: given.deliveryMode === 2,
    ...(given.priority !== undefined && { priority: given.priority }),
    content: { body, properties: { ...properties } },
  };
  return new Publication(runtime, {
    link: session,
    moment,
    draft,
    envelope,
    mandatory,
    queues: likelyQueues(channel, exchange, routingKey, own),
  });
}

/** Where it would go as things are; what is wrong with it is found when it is there. */
function likelyQueues(
  { session }: AmqpChannel,
  exchange: string,
  key: string,
  headers: Outgoing['headers'],
): readonly string[] {
  try {
    return session.runtime.broker.resolve({ exchange, key, headers }).queues;
  } catch {
    return [];
  }
}

/** Its queues, now that it is there. @throws EddyError as the broker refuses it */
function resolved(channel: AmqpChannel, { args, content, publication, headers }: Outgoing): readonly string[] {
  const { session } = channel;
  const { broker } = session.runtime;
  const { exchange, routingKey: key } = args;
  const { content: sent } = publication.shape.envelope;
  const replyTo = replyKey(channel, content.properties);
  if (sent && replyTo) publication.amend({ content: { ...sent, properties: { ...sent.properties, replyTo } } });
  if (exchange === '' && isReplyKey(key)) return broker.resolve({ exchange, key: queueBehind(key), headers }).queues;
  const { userId } = content.properties;
  const by = { user: session.user, ...(userId !== undefined && { userId }) };
  const { queues, otherKeys, bcc } = broker.resolve({ exchange, key, headers, ...by });
  if (otherKeys.length > 0) publication.amend({ otherKeys });
  if (bcc.length > 0) publication.amend({ bcc });
  return queues;
}

function operate(channel: AmqpChannel, outgoing: Outgoing): void {
  const { session } = channel;
  const { runtime, lane, process } = session;
  const { publication, moment } = outgoing;
  const ticket = lane.send();
  const arrive = (go: () => void): void => lane.arrive(ticket, go);
  const { operation } = publication;
  const { restarts } = runtime.broker.shape;
  const store = (answer: Answer<Taken>): void => {
    if (channel.isOpen) take(channel, outgoing, answer);
    else answer.fail(GONE);
  };
  perform<Taken>(
    process,
    moment,
    {
      ...operation,
      outages: restarts ? operation.outages : operation.outages?.filter((mode) => mode !== 'restarting'),
      effect: (answer) => arrive(() => underAlarm(session, () => store(answer))),
      abandon: () => arrive(() => undefined),
      waitsOut: (goOn) => runtime.whenSpeaking(goOn),
      cutOff: () => undefined,
      breaks: true,
      timeoutUs: HEARTBEAT_US,
    },
    (taken) => answerTaken(channel, outgoing, taken),
    (error) => answerFailed(channel, outgoing, error),
  );
}

/** While an alarm is on the broker reads no further on a connection that publishes. */
function underAlarm(session: AmqpSession, store: () => void): void {
  const { alarm } = session.runtime;
  let goOn: (() => void) | undefined;
  const waits = alarm.holdBack(() => {
    if (goOn) session.unblocked();
    store();
    goOn?.();
  });
  if (!waits) return;
  goOn = session.lane.hold();
  session.blocked();
}

/** The broker has it. */
function take(channel: AmqpChannel, outgoing: Outgoing, answer: Answer<Taken>): void {
  let queues: readonly string[];
  try {
    queues = resolved(channel, outgoing);
  } catch (error) {
    channel.guard('basic.publish', () => throwing(error as Error));
    answer.fail(GONE);
    return;
  }
  const { wire } = channel.session;
  // If the connection breaks between effect and answer, a part of the answer is on its way.
  wire.answerDue = outgoing.tag === undefined ? undefined : confirm(channel, 'basic.ack', outgoing.tag);
  outgoing.publication.take(answer, queues);
  wire.answerDue = undefined;
}

function confirm(channel: AmqpChannel, how: 'basic.ack' | 'basic.nack', deliveryTag: number): Buffer {
  return methodFrame(channel.number, how, { deliveryTag });
}

function answerTaken(channel: AmqpChannel, { tag, moment, publication, args, content }: Outgoing, taken: Taken): void {
  if (!channel.isOpen) return;
  const parts: Buffer[] = [];
  if (taken.returned) {
    publication.noteReturned(taken);
    parts.push(returned(channel, args, content));
  }
  if (tag !== undefined) {
    publication.noteConfirmed(taken);
    parts.push(confirm(channel, 'basic.ack', tag));
  }
  if (parts.length > 0) answer(channel, Buffer.concat(parts), moment);
}

function answer({ session }: AmqpChannel, bytes: Buffer, moment: Moment): void {
  session.sent();
  session.wire.answer(bytes, moment);
}

function returned(channel: AmqpChannel, { exchange, routingKey }: PublishArguments, content: Content): Buffer {
  const why = { replyCode: 312, replyText: 'NO_ROUTE', exchange, routingKey };
  return contentFrames(channel.number, ['basic.return', why], content, channel.session.handshake.frameMax);
}

/** What the broker refuses is nacked. Of everything else the client hears by the end of its connection: TCP loses nothing. */
function answerFailed(channel: AmqpChannel, { tag, moment, publication }: Outgoing, error: unknown): void {
  publication.shape.draft.failed();
  if (!channel.isOpen || error === GONE) return;
  if (error instanceof EddyError && error.code === 'EDDY_NACKED') {
    if (tag !== undefined) answer(channel, confirm(channel, 'basic.nack', tag), moment);
  } else channel.session.wire.reset();
}

/** In a transaction: it is looked at now, and happens at the commit. */
function holdBack(channel: AmqpChannel, outgoing: Outgoing): void {
  const queues = resolved(channel, outgoing);
  const heard: Answer<Taken> = {
    ok: (taken) => {
      if (!taken.returned) return;
      outgoing.publication.noteReturned(taken);
      channel.session.send(returned(channel, outgoing.args, outgoing.content), outgoing.moment);
    },
    fail: () => undefined,
  };
  const { flow } = channel.session;
  channel.core.hold(() => flow.inTurn(() => outgoing.publication.take(heard, queues)));
}

/** Its channel or connection is gone, or goes for another reason. */
const GONE = new EddyError('EDDY_DISCONNECTED', 'The channel is closed');
