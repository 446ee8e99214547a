/* webhooks.ts - a receiver of webhooks that verifies each message by the official package of the
 * Standard Webhooks project.
 *
 * node webhooks.js URL, of a daemon with --fetch-http --fetch-allow 127.0.0.1 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { Webhook, WebhookVerificationError } from "standardwebhooks";

const baseUrl = process.argv[2];
assert(baseUrl, "usage: node webhooks.js URL");

interface Message {
  headers: Record<string, string>;
  body: string;
}

const arrived: Message[] = [];
let wake: () => void = () => {};
let status = 200;

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    arrived.push({
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(parts).toString("utf8"),
    });
    response.writeHead(status).end();
    wake();
  });
});
await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
const receiver = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;

/* The message number n, from 0. */
async function message(n: number): Promise<Message> {
  const late = setTimeout(() => {
    console.error("webhooks: no message came");
    process.exit(1);
  }, 60000);
  while (arrived.length <= n) await new Promise<void>((come) => (wake = come));
  clearTimeout(late);
  return arrived[n]!;
}

async function call(method: string, path: string, expect: number, body?: unknown): Promise<any> {
  const response = await fetch(new URL(path, baseUrl), {
    method,
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  assert.equal(response.status, expect, text);
  return text ? JSON.parse(text) : undefined;
}

const hook = await call("POST", "/v1/webhooks", 201, { url: receiver, names: "webhook-client-*" });
const verifier = new Webhook(hook.secret);

/* The payload of a message that is verified. */
function verify(m: Message): any {
  return verifier.verify(m.body, m.headers);
}

/* ---- a test, and an event */
await call("POST", `/v1/webhooks/${hook.id}/test`, 202);
const test = await message(0);
assert.equal(verify(test).type, "webhook.test");
assert.match(test.headers["content-type"]!, /^application\/json/);

status = 500; // it comes again, with another signature
await call("PUT", "/v1/datasets/webhook-client-1", 201, {
  values: [1, 2, 3],
  start: "2020-01",
  frequency: "M",
});
const first = await message(1);
status = 204;
const again = await message(2);
for (const m of [first, again]) {
  const event = verify(m);
  assert.equal(event.type, "dataset.updated");
  assert.equal(event.data.name, "webhook-client-1");
  assert(!Number.isNaN(Date.parse(event.timestamp)));
}
assert.equal(first.headers["webhook-id"], again.headers["webhook-id"]);
assert.notEqual(first.headers["webhook-signature"], again.headers["webhook-signature"]);

/* ---- what the package must refuse */
assert.throws(() => verifier.verify(test.body + " ", test.headers), WebhookVerificationError);
assert.throws(() => verifier.verify(again.body, test.headers), WebhookVerificationError);

/* ---- the end */
await call("DELETE", `/v1/webhooks/${hook.id}`, 204);
await call("DELETE", "/v1/datasets/webhook-client-1", 204);
server.close();
console.log("webhooks: three messages were verified by standardwebhooks");
