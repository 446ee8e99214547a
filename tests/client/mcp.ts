/* mcp.ts - a session over MCP by the official client: what it does with the server's tools is what
 * an assistant's host does. It checks each result against the tool's output schema.
 *
 * It runs from the root of the source tree: node mcp.js URL */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";

const baseUrl = process.argv[2];
assert(baseUrl, "usage: node mcp.js URL");

const client = new Client({ name: "client-test", version: "1.0.0" });
const transport = new StreamableHTTPClientTransport(new URL("/mcp", baseUrl));

let calls = 0;

async function call(name: string, args: Record<string, unknown>): Promise<CallToolResult> {
  calls++;
  return (await client.callTool({ name, arguments: args })) as CallToolResult;
}

/* The structured content of a call that has to be good. */
async function good(name: string, args: Record<string, unknown>): Promise<any> {
  const result = await call(name, args);
  assert.equal(result.isError, false, JSON.stringify(result.content));
  const text = result.content[0];
  assert(text?.type === "text");
  assert.deepEqual(JSON.parse(text.text), result.structuredContent);
  return result.structuredContent;
}

/* The text of a call that has to be refused. */
async function bad(name: string, args: Record<string, unknown>): Promise<string> {
  const result = await call(name, args);
  assert.equal(result.isError, true);
  const text = result.content[0];
  assert(text?.type === "text");
  return text.text;
}

async function trained(args: Record<string, unknown>): Promise<any> {
  let job = await good("train", args);
  for (let tries = 0; tries < 20 && ["queued", "running"].includes(job.state); tries++)
    job = await good("job_status", { id: job.id, wait: 30 });
  assert.equal(job.state, "succeeded", JSON.stringify(job.error));
  return job;
}

async function lifecycle() {
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  assert.equal(client.getServerVersion()?.name, "lstmd");
  assert(client.getServerCapabilities()?.tools);
  assert.match(client.getInstructions() ?? "", /upload_series/);
  assert.equal(transport.sessionId, undefined);
  await client.ping();
  const { tools } = await client.listTools();
  assert.deepEqual(
    tools.map((t) => t.name),
    [
      "list_datasets",
      "list_models",
      "upload_series",
      "train",
      "job_status",
      "forecast",
      "detect_anomalies",
      "tag_text",
    ],
  );
  for (const t of tools) assert(t.outputSchema && t.annotations && t.description);
  assert.equal(tools.find((t) => t.name === "forecast")?.annotations?.readOnlyHint, true);
  assert.equal(tools.find((t) => t.name === "train")?.annotations?.readOnlyHint, false);
}

async function series() {
  const csv = await readFile("config/examples/airpassengers.csv", "utf8");
  const stored = await good("upload_series", { name: "flights", csv });
  assert.equal(stored.series[0].length, 144);
  assert.match(await bad("upload_series", { name: "flights", csv }), /\(409\)/);
  await good("upload_series", {
    name: "flights",
    csv: "month,passengers\n1961-01,450\n",
    if_exists: "append",
  });
  assert.deepEqual(
    (await good("list_datasets", {})).items.map((d: any) => d.name),
    ["flights"],
  );
  await trained({
    task: "forecast",
    dataset: "flights",
    model: "flights",
    params: { epochs: 3, ensemble: false },
  });
  assert.equal((await good("list_models", { limit: 5 })).items[0].name, "flights");

  const forecast = await good("forecast", { model: "flights", horizon: 6, level: [80, 95] });
  assert.equal(forecast.series[0].mean.length, 6);
  assert.equal(forecast.series[0].time[0], "1961-02");
  assert(forecast.series[0].lower["95"][0] < forecast.series[0].upper["80"][0]);
  const history = await good("forecast", {
    model: "flights",
    values: Array.from({ length: 60 }, (_, i) => 100 + i),
    start: "2020-01",
    frequency: "M",
    horizon: 2,
  });
  assert.equal(history.series[0].time[0], "2025-01");
  const found = await good("detect_anomalies", { model: "flights", dataset: "flights", last: 12 });
  assert.equal(found.series[0].anomaly.length, 12);
}

async function picture() {
  const result = await call("forecast", { model: "flights", horizon: 12, chart: true });
  const image = result.content[1];
  assert(image?.type === "image");
  assert.equal(image.mimeType, "image/svg+xml");
  assert.match(Buffer.from(image.data, "base64").toString("utf8"), /^<svg[^]*<\/svg>\s*$/);
}

/* Sentences have no tool of their own to store them; the API has. */
async function tags() {
  const answer = await fetch(new URL("/v1/datasets/tutorial", baseUrl), {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: await readFile("config/examples/tutorial.json", "utf8"),
  });
  assert.equal(answer.status, 201);
  await trained({
    task: "tag",
    dataset: "tutorial",
    model: "tagger",
    recipe: "tutorial-tagger",
  });
  const tagged = await good("tag_text", { model: "tagger", text: "The dog ate the apple" });
  assert.deepEqual(tagged.sentences[0].tags, ["DET", "NN", "V", "DET", "NN"]);
}

async function errors() {
  assert.match(await bad("forecast", { model: "nothing" }), /Call list_models/);
  assert.match(await bad("forecast", { model: "flights", horizn: 3 }), /did you mean 'horizon'/);
  assert.match(
    await bad("train", {
      task: "forecast",
      dataset: "flights",
      model: "m",
      params: { epochs: 0 },
    }),
    /At \/params\/epochs/,
  );
  await assert.rejects(call("drop_tables", {}), /unknown tool/);
}

for (const part of [lifecycle, series, picture, tags, errors]) await part();
await client.close();
console.log(`mcp: ${calls} calls of tools passed, 0 failed`);
