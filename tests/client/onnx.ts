/* onnx.ts - exported models in ONNX Runtime: each must compute what the service answers.
 *
 * It runs from the root of the source tree: node onnx.js URL */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { InferenceSession, Tensor } from "onnxruntime-node";

const baseUrl = process.argv[2];
assert(baseUrl, "usage: node onnx.js URL");

let calls = 0;
let compared = 0;

async function send(method: string, path: string, body?: string | object): Promise<Response> {
  calls++;
  const type = typeof body === "string" ? "text/csv" : "application/json";
  return fetch(new URL(path, baseUrl), {
    method,
    headers: { "Content-Type": type },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
}

async function good(method: string, path: string, body?: string | object): Promise<any> {
  const response = await send(method, path, body);
  assert(response.ok, `${path}: ${response.status} ${response.ok ? "" : await response.text()}`);
  return response.json();
}

async function train(model: string, job: object): Promise<void> {
  const { id } = await good("POST", "/v1/jobs", { model, ...job });
  const done = await good("GET", `/v1/jobs/${id}?wait=120`);
  assert.equal(done.state, "succeeded", `${model}: ${JSON.stringify(done.error)}`);
}

async function exported(model: string): Promise<InferenceSession> {
  const response = await send("GET", `/v1/models/${model}/checkpoint?format=onnx`);
  assert.equal(response.status, 200, await response.clone().text());
  assert.equal(response.headers.get("content-type"), "application/onnx");
  assert.match(response.headers.get("content-disposition") ?? "", new RegExp(`${model}-1\\.onnx`));
  return InferenceSession.create(new Uint8Array(await response.arrayBuffer()));
}

/* size: of what the numbers are compared with, such as the range of a series. */
function near(model: string, got: ArrayLike<number>, want: number[], size: number): void {
  assert.equal(got.length, want.length, model);
  want.forEach((v, i) => {
    const error = Math.abs(Number(got[i]) - v) / size;
    assert(error < 1e-5, `${model}: value ${i} is ${got[i]}, lstmd has ${v}`);
  });
  compared += want.length;
}

/* ---- forecasters ---- */

type Panel = Record<string, number[]>;

const range = (values: number[]) => Math.max(...values) - Math.min(...values);

/* One run for all series at once: a batch. Histories are cut to the same length. */
async function run(session: InferenceSession, panel: Panel): Promise<Map<string, number[]>> {
  const ids = Object.keys(panel);
  const steps = Math.min(...ids.map((id) => panel[id]!.length));
  const values = ids.flatMap((id) => panel[id]!.slice(-steps));
  const feeds: Record<string, Tensor> = {
    history: new Tensor("float64", Float64Array.from(values), [ids.length, steps]),
  };
  if (session.inputNames.includes("series"))
    feeds["series"] = new Tensor("int64", BigInt64Array.from(ids.map((_, i) => BigInt(i))), [
      ids.length,
    ]);
  const { forecast } = await session.run(feeds);
  assert(forecast);
  const horizon = forecast.dims[1]!;
  const data = forecast.data as Float64Array;
  return new Map(ids.map((id, i) => [id, [...data.slice(i * horizon, (i + 1) * horizon)]]));
}

/* A net alone: the graph's forecast is the service's median. steps: more than the net's horizon are
 * reached by appending. */
async function alone(model: string, panel: Panel, steps = 0): Promise<void> {
  const session = await exported(model);
  const first = await run(session, panel);
  const horizon = [...first.values()][0]!.length;
  const longer: Panel = Object.fromEntries(Object.entries(panel).map(([id, v]) => [id, [...v]]));
  const all = new Map(first);
  for (const id of Object.keys(panel)) longer[id]!.push(...first.get(id)!);
  for (let at = horizon; at < steps; at += horizon) {
    const next = await run(session, longer);
    for (const id of Object.keys(panel)) {
      all.set(id, [...all.get(id)!, ...next.get(id)!]);
      longer[id]!.push(...next.get(id)!);
    }
  }
  const { series } = await good(
    "GET",
    `/v1/models/${model}/forecast?horizon=${Math.max(horizon, steps)}`,
  );
  assert.equal(series.length, Object.keys(panel).length);
  for (const s of series) near(`${model} ${s.id}`, all.get(s.id)!, s.median, range(panel[s.id]!));
}

/* An ensemble: the graph has the forecast of one member, which an explanation shows. */
async function member(model: string, panel: Panel): Promise<void> {
  const got = await run(await exported(model), panel);
  const horizon = [...got.values()][0]!.length;
  const path = `/v1/models/${model}/forecast?horizon=${horizon}&explain=1`;
  let found = 0;
  for (const s of (await good("GET", path)).series) {
    const nets = s.explanation.members.find((m: any) => m.name === "panel_nets");
    if (!nets) continue;
    near(`${model} ${s.id}`, got.get(s.id)!, nets.forecast, range(panel[s.id]!));
    found++;
  }
  assert(found > 0, `${model}: no series of the panel uses its nets`);
}

function random(seed: number): () => number {
  return () => (seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5;
}

/* Without dates, so that there is no calendar effect. */
function upload(name: string, panel: Panel): Promise<any> {
  const series = Object.entries(panel).map(([id, values]) => ({ id, values }));
  return good("PUT", `/v1/datasets/${name}`, { series });
}

async function forecasters(): Promise<void> {
  const csv = await readFile("config/examples/airpassengers.csv", "utf8");
  const sine = await readFile("config/examples/sine.csv", "utf8");
  const column = (text: string, k: number) =>
    text.trim().split("\n").slice(1).map((line) => Number(line.split(",")[k]));
  const air = column(csv, 1);
  const sineColumn = sine.split("\n")[0]!.split(",").length - 1;
  const noise = random(7);
  const steps = Array.from({ length: 120 }, (_, i) => i);
  const rise = (i: number) => 1 + 0.3 * Math.sin((i * Math.PI) / 6);
  const panel: Panel = {
    growing: steps.map((i) => Math.exp(i / 40) * rise(i) * (100 + 4 * noise())),
    falling: steps.map((i) => -20 - 0.5 * i + 5 * rise(i) + noise()),
    counts: steps.map((i) => Math.max(0, Math.round(3 * rise(i) + 4 * noise()))),
    large: steps.map((i) => 1e9 + 1e6 * rise(i) + 1e4 * noise()),
  };
  const seasonal = { season_length: 12, horizon: 12, window: 12, epochs: 3, outliers: "keep" };
  const single = { ...seasonal, ensemble: false };
  const forecast = (dataset: string, params: object) => ({ task: "forecast", dataset, params });

  await upload("onnx-air", { air });
  await upload("onnx-panel", panel);
  await good("PUT", "/v1/datasets/onnx-flights", csv);
  await good("PUT", "/v1/datasets/onnx-sine", sine);

  await train("onnx-one", forecast("onnx-air", { ...single, scaling: "log" }));
  await alone("onnx-one", { air });
  const stacked = { ...single, num_layers: 2, bidirectional: true, season_length: 4 };
  await train("onnx-stacked", forecast("onnx-air", { ...stacked, differencing: "seasonal" }));
  await alone("onnx-stacked", { air }, 24);
  await train("onnx-levels", forecast("onnx-air", { ...single, differencing: "none" }));
  await alone("onnx-levels", { air });
  await train("onnx-three", forecast("onnx-panel", { ...single, num_layers: 3, horizon: 7 }));
  await alone("onnx-three", panel);
  await train("onnx-tutorial-sine", {
    ...forecast("onnx-sine", { epochs: 2 }),
    recipe: "tutorial-sine",
  });
  await alone("onnx-tutorial-sine", { "onnx-sine": column(sine, sineColumn) }, 20);
  await train("onnx-tutorial-flights", {
    ...forecast("onnx-flights", { epochs: 3 }),
    recipe: "tutorial-flights",
  });
  await alone("onnx-tutorial-flights", { "onnx-flights": air }, 12);

  await train("onnx-member", forecast("onnx-air", seasonal));
  await member("onnx-member", { air });
  await train("onnx-members", forecast("onnx-panel", seasonal));
  await member("onnx-members", panel);
}

/* ---- taggers ---- */

const sentences = [
  ["The", "dog", "ate", "the", "apple"],
  ["Everybody", "read", "that", "book"],
  ["the", "unheard", "dog"],
];

/* All sentences in one batch, padded. row: of a word's features in the vocabulary. */
async function tag(model: string, features: (word: string, place: Map<string, number>) => number[]) {
  const session = await exported(model);
  const response = await send("GET", `/v1/models/${model}/checkpoint?format=onnx`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const vocabulary = metadata(bytes, "lstmd.vocabulary");
  const tagsOf = new Map(
    session.outputNames.map((column) => [column, metadata(bytes, `lstmd.${column}_tags`)]),
  );
  const place = new Map(vocabulary.map((name, i) => [name, i]));
  const longest = Math.max(...sentences.map((s) => s.length));
  const width = features("the", place).length;
  const rows = sentences.flatMap((s) =>
    Array.from({ length: longest }, (_, i) =>
      s[i] === undefined ? new Array<number>(width).fill(0) : features(s[i]!, place),
    ).flat(),
  );
  const name = session.inputNames[0]!;
  const dims = [sentences.length, longest, ...(name === "features" ? [width] : [])];
  const outputs = await session.run({
    [name]: new Tensor("int64", BigInt64Array.from(rows.map(BigInt)), dims),
    lengths: new Tensor("int32", Int32Array.from(sentences.map((s) => s.length)), [
      sentences.length,
    ]),
  });
  const answer = await good("POST", `/v1/models/${model}/tag?probabilities=1`, {
    sentences,
  });
  sentences.forEach((words, i) =>
    words.forEach((_, k) => {
      for (const column of session.outputNames) {
        const { data, dims: shape } = outputs[column]!;
        const tags = shape[2]!;
        const at = (i * longest + k) * tags;
        const all = answer.sentences[i];
        const other = column === "xpos" && session.outputNames.length > 1;
        const row = (other ? all.xpos_probabilities : all.probabilities)[k];
        const want = tagsOf.get(column)!.map((name) => Number(row[name]));
        near(`${model} ${column}`, (data as Float32Array).slice(at, at + tags), want, 1);
      }
    }),
  );
}

/* A list of the metadata. It stands as JSON text in the file, after its key. */
function metadata(bytes: Uint8Array, key: string): string[] {
  const from = Buffer.from(bytes).indexOf("[", Buffer.from(bytes).lastIndexOf(key));
  const json = Buffer.from(bytes.slice(from)).toString("utf8");
  for (let end = json.indexOf("]"); end >= 0; end = json.indexOf("]", end + 1))
    try {
      return JSON.parse(json.slice(0, end + 1));
    } catch {
      /* a bracket inside a string */
    }
  throw new Error(`no ${key}`);
}

/* Features as docs/model_file.md names them, of words in ASCII. */
function affixes(word: string, place: Map<string, number>): number[] {
  const low = word.toLowerCase();
  const shape = [...word].map((c) => (c === c.toLowerCase() ? "x" : "X")).join("");
  const names = [`w:${low}`, ...(low === word ? [] : [`f:${word}`])];
  for (let n = 1; n <= 4 && n <= low.length; n++) names.push(`p${n}:${low.slice(0, n)}`);
  for (let n = 1; n <= 5 && n <= low.length; n++) names.push(`s${n}:${low.slice(-n)}`);
  names.push(`h:${shape.replace(/(.)\1+/g, "$1$1").slice(0, 8)}`);
  const rows = names.map((name) => place.get(name) ?? (name.startsWith("w:") ? 0 : -1));
  return [...rows, ...new Array<number>(14).fill(-1)].slice(0, 14);
}

async function taggers(): Promise<void> {
  const words = JSON.parse(await readFile("config/examples/tutorial.json", "utf8"));
  const job = { task: "tag", dataset: "onnx-words" };
  const xpos: Record<string, string> = { DET: "D", NN: "N]", V: "V" };
  const both = words.sentences.map((s: any) => ({ ...s, xpos: s.tags.map((t: string) => xpos[t]) }));
  await good("PUT", "/v1/datasets/onnx-words", { sentences: both });
  await train("onnx-tutorial-tagger", { ...job, recipe: "tutorial-tagger" });
  await tag("onnx-tutorial-tagger", (w, p) => [p.get(w) ?? p.get(w.toLowerCase()) ?? 0]);
  await train("onnx-tagger", { ...job, params: { context: false, features: "affixes", members: 2 } });
  await tag("onnx-tagger", affixes);
}

/* ---- what is refused ---- */

async function refusals(): Promise<void> {
  const load = Array.from({ length: 200 }, (_, i) => ({ x: Math.sin(i * i), y: 0 }));
  load.forEach((row, i) => (row.y = 50 + 20 * row.x + 0.01 * i));
  const csv = ["y,x", ...load.map((row) => `${row.y},${row.x}`)].join("\n");
  await good("PUT", "/v1/datasets/onnx-load?target=y&covariates=x", csv);
  await train("onnx-load", {
    task: "forecast",
    dataset: "onnx-load",
    future_covariates: ["x"],
    params: { epochs: 2 },
  });
  const covariates = await send("GET", "/v1/models/onnx-load/checkpoint?format=onnx");
  assert.equal(covariates.status, 409);
  assert.match((await covariates.json()).detail, /covariates/);
  const csvFile = await send("GET", "/v1/models/onnx-one/checkpoint?format=csv");
  assert.equal(csvFile.status, 406);
  const none = await send("GET", "/v1/models/none/checkpoint?format=onnx");
  assert.equal(none.status, 404);
}

await forecasters();
await taggers();
await refusals();
console.log(`onnx: ${calls} calls passed, ${compared} numbers of ONNX Runtime agree, 0 failed`);
