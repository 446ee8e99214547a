/* influx.ts - InfluxDB's own client writes points, as Node-RED's nodes do by it; what it has written
 * is then trained on.
 *
 * It runs from the root of the source tree: node influx.js URL */
import assert from "node:assert/strict";

import { HttpError, InfluxDB, Point } from "@influxdata/influxdb-client";

const url = process.argv[2];
assert(url, "usage: node influx.js URL");

async function json(path: string, init?: RequestInit): Promise<any> {
  const answer = await fetch(new URL(path, url), init);
  const body = await answer.text();
  assert(answer.ok, `${path}: ${answer.status} ${body}`);
  return JSON.parse(body);
}

/* Three hours of readings about every minute, with gzip, text and characters that are escaped. Each
 * batch waits for the one before, because a series begins with its oldest row. */
const influx = new InfluxDB({ url, token: "none" });
const options = { batchSize: 1000, maxRetries: 0, gzipThreshold: 100 };
const api = influx.getWriteApi("org", "node", "ms", options);
const start = 1700000040000;
for (let i = 0; i < 180; i++) {
  const point = new Point("room, one")
    .tag("place", "kitchen = 1")
    .floatField("celsius", 20 + 2 * Math.sin(i / 9.5))
    .intField("people", i % 4)
    .booleanField("open", i % 30 === 0)
    .stringField("note", 'a "note"\nof two lines, with = and \\')
    .timestamp(start + 60000 * i + (i * 7919) % 50000);
  api.writePoint(point);
  if (i % 60 === 59) await api.flush();
}
await api.close();

const name = "node.room--one.celsius";
const dataset = await json(`/v1/datasets/${name}`);
assert.equal(dataset.series[0].id, "place=kitchen \\= 1");
assert.equal(dataset.series[0].length, 180);
assert.equal(dataset.series[0].missing, 0);
assert.equal(dataset.series[0].frequency, "min");
assert.equal((await fetch(new URL("/v1/datasets/node.room--one.note", url))).status, 404);

/* Errors reach the client in the form that it reads. */
let message = "";
const failing = influx.getWriteApi("org", "node", "s", {
  ...options,
  writeFailed: (error: Error) => {
    assert(error instanceof HttpError);
    message = `${error.statusCode} ${error.code} ${error.message}`;
    return Promise.resolve();
  },
});
failing.writeRecord("m f=");
await failing.close();
assert.match(message, /^400 invalid .*line 1: /);

const job = await json("/v1/jobs", {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({
    task: "forecast",
    dataset: name,
    model: "node-celsius",
    params: { epochs: 1, ensemble: false },
  }),
});
const end = await json(`/v1/jobs/${job.id}?wait=60`);
assert.equal(end.state, "succeeded", JSON.stringify(end));
const forecast = await json("/v1/models/node-celsius/forecast?horizon=5");
assert.equal(forecast.series[0].mean.length, 5);
console.log("influx: passed");
