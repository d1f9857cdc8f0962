/**
 * CloudEvents 1.0: where a message holds an event's attributes. In the binary mode they are headers (Kafka's binding prefixes them
 * with `ce_`, AMQP's with `cloudEvents:` or `cloudEvents_`), in the JSON format they stand round the data in the body.
 */

export function attributeAmong(headers: Readonly<Record<string, unknown>>, name: string): unknown {
  return headers[`ce_${name}`] ?? headers[`cloudEvents:${name}`] ?? headers[`cloudEvents_${name}`];
}

export function attributeOf(
  { headers, body }: { readonly headers: Readonly<Record<string, unknown>>; readonly body: unknown },
  name: string,
): unknown {
  return attributeAmong(headers, name) ?? (isEnvelope(body) ? body[name] : undefined);
}

/** Whether a body is an event in the JSON format: an envelope round its data. */
export function isEnvelope(body: unknown): body is Record<string, unknown> {
  if (typeof body !== 'object' || body === null) return false;
  const attributes = body as Record<string, unknown>;
  return ['specversion', 'id', 'source', 'type'].every((name) => typeof attributes[name] === 'string');
}
