/* session.ts - the sessions of README.md and docs/ by a client whose types come from config/openapi.json.
 *
 * What is tested is that it compiles: every member that is read here has its type from the document.
 * It runs against a real daemon, from the root of the source tree: node session.js URL */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import createClient, { type Middleware } from "openapi-fetch";

import type { components, paths } from "./api.js";

type Job = components["schemas"]["Job"];
type Problem = components["schemas"]["Problem"];
type JobRequest = components["requestBodies"]["JobRequest"]["content"]["application/json"];

const baseUrl = process.argv[2];
assert(baseUrl, "usage: node session.js URL");
/* Of an operation with several media types, json takes the type of JSON and text that of texts. */
const json = createClient<paths, `application/${string}`>({ baseUrl });
const text = createClient<paths, `text/${string}` | "image/svg+xml" | "application/problem+json">({
  baseUrl,
});

/* The data of an answer; a problem ends the session. */
function ok<T>(answer: { data?: T; error?: Problem; response: Response }): T {
  if (answer.data === undefined)
    throw new Error(`${answer.response.status}: ${answer.error?.detail ?? "no data"}`);
  return answer.data;
}

/* Waits for the end of a job, which has to be a good one. */
async function ended(job: Job): Promise<Job> {
  let now = job;
  for (let tries = 0; tries < 20 && (now.state === "queued" || now.state === "running"); tries++) {
    const path = { id: job.id };
    now = ok(await json.GET("/v1/jobs/{id}", { params: { path, query: { wait: 30 } } }));
  }
  assert.equal(now.state, "succeeded", now.error?.detail);
  return now;
}

function finite(v: number | null | undefined, name: string): number {
  assert(typeof v === "number" && Number.isFinite(v), `${name} is ${v}`);
  return v;
}

async function upload(name: string, body: string, type: string) {
  const options = { params: { path: { name } }, body, headers: { "Content-Type": type } };
  return ok(
    await json.PUT("/v1/datasets/{name}", { ...options, bodySerializer: (b) => b as string }),
  );
}

async function operation() {
  assert.equal(ok(await json.GET("/healthz")).status, "ok");
  assert.equal(ok(await json.GET("/readyz")).status, "ready");
  assert.equal(ok(await json.GET("/version")).name, "lstmd");
  assert.equal(ok(await json.GET("/")).links["jobs"], "/v1/jobs");
  assert.match(ok(await json.GET("/openapi.json")).openapi, /^3\.1/);
  const metrics = await text.GET("/metrics", { parseAs: "text" });
  assert.match(ok(metrics), /^# HELP /m);
}

async function flights() {
  const stored = await upload(
    "flights",
    await readFile("config/examples/airpassengers.csv", "utf8"),
    "text/csv",
  );
  assert.ok("series" in stored);
  assert.equal(stored.series?.[0]?.length, 144);
  const job = await ended(
    ok(
      await json.POST("/v1/jobs", {
        body: {
          task: "forecast",
          dataset: "flights",
          model: "flights",
          params: { epochs: 10, seed: 1 },
        },
      }),
    ),
  );
  assert(finite(job.metrics?.mape, "mape") < 10);
  assert(finite(job.metrics?.seasonal_naive?.mase, "seasonal_naive.mase") > 0);
  assert.equal(job.params.epochs, 10);
  assert.equal(job.params.recipe, "default");

  const path = { name: "flights" };
  const forecast = ok(
    await json.GET("/v1/models/{name}/forecast", {
      params: { path, query: { horizon: 12, level: "80,95" } },
    }),
  );
  const series = forecast.series[0];
  assert.equal(series?.mean.length, 12);
  assert.equal(series?.time[0], "1961-01");
  assert(finite(series?.lower?.["80"]?.[0], "lower") < finite(series?.upper?.["80"]?.[0], "upper"));
  const headers = { Accept: "text/csv" };
  const csv = ok(
    await text.GET("/v1/models/{name}/forecast", {
      params: { path, query: { horizon: 12 } },
      headers,
      parseAs: "text",
    }),
  );
  assert.equal(csv.trim().split("\n").length, 13);
  const svg = await text.GET("/v1/models/{name}/forecast", {
    params: { path, query: { horizon: 24, format: "svg" } },
    parseAs: "text",
  });
  assert.match(ok(svg), /<svg/);

  const history = ok(await json.GET("/v1/jobs/{id}/history", { params: { path: { id: job.id } } }));
  assert.equal(history.loss.length, history.epoch.length);
}

async function model() {
  const path = { name: "flights" };
  const described = ok(await json.GET("/v1/models/{name}", { params: { path } }));
  assert.equal(described.task, "forecast");
  finite(described.series?.[0]?.calendar_effects?.monday, "monday");
  const evaluation = ok(await json.GET("/v1/models/{name}/evaluation", { params: { path } }));
  assert.equal(evaluation.series?.[0]?.truth.length, evaluation.test_size);
  finite(evaluation.series?.[0]?.metrics.naive?.mae, "naive.mae");
  finite(evaluation.per_step?.mase[0], "per_step");
  assert.equal(evaluation.baseline?.method, "seasonal_naive");

  const weights = ok(
    (await json.GET("/v1/models/{name}/checkpoint", {
      params: { path },
      parseAs: "arrayBuffer",
    })) as { data?: ArrayBuffer; response: Response },
  );
  const copy = await json.PUT("/v1/models/{name}/checkpoint", {
    params: { path: { name: "copy" }, header: { "If-None-Match": "*" } },
    headers: { "Content-Type": "application/vnd.safetensors" },
    body: "",
    bodySerializer: () => weights,
  });
  assert.equal(ok(copy).digest, described.digest);
  const names = ok(await json.GET("/v1/models", { params: { query: { limit: 10 } } })).items.map(
    (m) => m.name,
  );
  assert.deepEqual(names, ["copy", "flights"]);
}

async function living() {
  const path = { name: "flights" };
  const body = "month,passengers\n1961-01,450\n1961-02,600\n";
  const rows = {
    params: { path },
    body,
    headers: { "Content-Type": "text/csv" },
    bodySerializer: (b: unknown) => b as string,
  };
  assert.equal(ok(await json.POST("/v1/datasets/{name}/rows", rows)).series?.[0]?.length, 146);
  const next = ok(
    await json.POST("/v1/models/{name}/forecast", {
      params: { path },
      body: { dataset: "flights", horizon: 3 },
    }),
  );
  assert.equal(next.series[0]?.time[0], "1961-03");
  const found = ok(
    await json.POST("/v1/models/{name}/anomalies", {
      params: { path },
      body: { dataset: "flights", last: 12 },
    }),
  );
  assert.equal(found.series[0]?.anomaly.length, 12);
  finite(found.series[0]?.drift, "drift");
  const data = ok(
    await json.GET("/v1/datasets/{name}/data", { params: { path, query: { format: "json" } } }),
  );
  assert("series" in data && data.series[0]?.values.length === 146);
}

/* A load that rises with the heat, whose coming temperature is known. */
async function covariates() {
  const temperature = Array.from(
    { length: 203 },
    (_, i) => 15 + 9 * Math.sin(i / 5) + 4 * Math.sin(i * 1.7),
  );
  const load = temperature
    .slice(0, 200)
    .map((t, i) => 50 + 4 * Math.max(0, t - 18) - (i % 7 > 4 ? 8 : 0));
  const body = {
    values: load,
    start: "2023-01-01",
    frequency: "D",
    covariates: { temperature: temperature.slice(0, 200) },
  };
  ok(await json.PUT("/v1/datasets/{name}", { params: { path: { name: "power" } }, body }));
  const job = await ended(
    ok(
      await json.POST("/v1/jobs", {
        body: {
          task: "forecast",
          dataset: "power",
          model: "power",
          params: { epochs: 5 },
          future_covariates: ["temperature"],
        },
      }),
    ),
  );
  assert.equal(typeof job.metrics?.covariates_used, "boolean");
  assert.deepEqual(job.params.future_covariates, ["temperature"]);
  const ahead = await json.POST("/v1/models/{name}/forecast", {
    params: { path: { name: "power" } },
    body: { horizon: 3, future_covariates: { temperature: temperature.slice(200) } },
  });
  assert.equal(ok(ahead).series[0]?.mean.length, 3);
}

async function backtest() {
  const job = await ended(
    ok(
      await json.POST("/v1/jobs", {
        body: {
          task: "backtest",
          dataset: "flights",
          windows: 2,
          step: 12,
          horizon: 6,
          params: { ensemble: false, epochs: 3 },
        },
      }),
    ),
  );
  assert.equal(job.windows, 2);
  const result = ok(await json.GET("/v1/jobs/{id}/backtest", { params: { path: { id: job.id } } }));
  assert.equal(result.forecasts.length, 2);
  assert.equal(result.forecasts[0]?.truth.length, 6);
  finite(result.forecasts[0]?.metrics.ets?.mae, "ets.mae");
  finite(result.metrics.coverage_95, "coverage_95");
  finite(result.per_step.seasonal_naive[5], "per_step");
}

async function tagger() {
  await upload(
    "tutorial",
    await readFile("config/examples/tutorial.json", "utf8"),
    "application/json",
  );
  const job = await ended(
    ok(
      await json.POST("/v1/jobs", {
        body: { task: "tag", dataset: "tutorial", model: "tagger", recipe: "tutorial-tagger" },
      }),
    ),
  );
  finite(job.metrics?.accuracy, "accuracy");
  const path = { name: "tagger" };
  const tags = ok(
    await json.POST("/v1/models/{name}/tag", {
      params: { path },
      body: { text: "The dog ate the apple", top_k: 2 },
    }),
  );
  assert.deepEqual(tags.sentences[0]?.tags, ["DET", "NN", "V", "DET", "NN"]);
  assert.equal(tags.sentences[0]?.top_k?.[0]?.[0]?.tag, "DET");
  const words = ok(
    await json.POST("/v1/models/{name}/tag", {
      params: { path },
      body: { sentences: [["The", "dog"]] },
    }),
  );
  assert.equal(words.sentences[0]?.scores.length, 2);
  const same = ok(
    await json.GET("/v1/models/{name}/tag", {
      params: { path, query: { text: "The dog", probabilities: true } },
    }),
  );
  finite(same.sentences[0]?.probabilities?.[0]?.["DET"], "probability");
}

async function treebank() {
  await upload(
    "treebank",
    await readFile("config/examples/treebank.conllu", "utf8"),
    "text/x-conllu",
  );
  const job = await ended(
    ok(
      await json.POST("/v1/jobs", {
        body: {
          task: "tag",
          dataset: "treebank",
          model: "words",
          params: { epochs: 3, members: 1 },
        },
      }),
    ),
  );
  finite(job.metrics?.upos?.accuracy, "upos.accuracy");
  const path = { name: "words" };
  const conllu = await text.POST("/v1/models/{name}/tag", {
    params: { path },
    body: "The dog didn't eat it. The cat did.",
    headers: { "Content-Type": "text/plain", Accept: "text/x-conllu" },
    bodySerializer: (b) => b as string,
    parseAs: "text",
  });
  assert.match(ok(conllu), /^1\tThe\t/m);
  const judged = ok(
    await json.POST("/v1/models/{name}/evaluate", {
      params: { path },
      body: { dataset: "treebank" },
    }),
  );
  finite(judged.columns?.xpos?.tags[0]?.f1, "f1");
  assert(judged.tags?.some((t) => t.support > 0));
}

/* A problem has its type as well. */
async function problems() {
  const wrong = await json.POST("/v1/jobs", {
    body: { task: "forecast", dataset: "flights", model: "flights", params: { epochs: 0 } },
  });
  assert.equal(wrong.error?.status, 422);
  assert.equal(wrong.error?.errors?.[0]?.pointer, "/params/epochs");
  const missing = await json.GET("/v1/models/{name}", { params: { path: { name: "nothing" } } });
  assert.equal(missing.error?.type, "/problems/not-found");
  const misspelt: JobRequest = {
    task: "forecast",
    dataset: "flights",
    model: "flights",
    // @ts-expect-error: a misspelt hyper-parameter does not compile
    params: { epoch: 1 },
  };
  const other: JobRequest = {
    task: "tag",
    dataset: "tutorial",
    model: "t",
    // @ts-expect-error: nor does one of the other task
    params: { ensemble: true },
  };
  for (const body of [misspelt, other])
    assert.equal((await json.POST("/v1/jobs", { body })).error?.status, 422);
}

/* Everything that was made, one by one. */
async function removal() {
  for (const { id } of ok(await json.GET("/v1/jobs")).items)
    assert.equal(
      (await json.DELETE("/v1/jobs/{id}", { params: { path: { id } } })).response.status,
      204,
    );
  for (const { name } of ok(await json.GET("/v1/models")).items)
    assert.equal(
      (await json.DELETE("/v1/models/{name}", { params: { path: { name } } })).response.status,
      204,
    );
  for (const { name } of ok(await json.GET("/v1/datasets")).items)
    assert.equal(
      (await json.DELETE("/v1/datasets/{name}", { params: { path: { name } } })).response.status,
      204,
    );
  assert.deepEqual(ok(await json.GET("/v1/datasets")), { items: [], next: null });
}

let calls = 0;
const count: Middleware = {
  onRequest() {
    calls++;
    return undefined;
  },
};
json.use(count);
text.use(count);
for (const part of [
  operation,
  flights,
  model,
  living,
  covariates,
  backtest,
  tagger,
  treebank,
  problems,
  removal,
])
  await part();
console.log(`client: ${calls} calls passed, 0 failed`);
