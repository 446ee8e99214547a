// start.js - an example from its upload to its picture, without a further question.
import {h, replace, problem, link, loading} from '../dom.js';
import * as api from '../api.js';
import {examples} from '../examples.js';
import {fanChart} from '../fan.js';
import {follow} from '../training.js';
import {lineChart} from '../chart.js';
import {loadSeries, rowNumbers} from '../series.js';
import {taggedSentence} from '../tagged.js';
import {howGood} from '../words.js';
import {steps} from '../format.js';

export const title = 'Example';

async function find(path, name, signal) {
  return (await api.list(path, {signal})).find(x => x.name === name);
}

// The data set; uploaded unless it is there.
async function dataOf(name, e, signal) {
  const there = await find('v1/datasets', name, signal);
  if (there) return there;
  const file = await fetch(new URL(e.file, new URL('../', import.meta.url)), {signal});
  return api.request('PUT', `v1/datasets/${name}`, {
    body: await file.blob(),
    type: e.type,
    file: e.file,
    signal,
  });
}

async function showData(part, d, e, signal) {
  if (d.kind === 'tagged') {
    const data = await api.get(`v1/datasets/${d.name}/data`, {signal});
    replace(
      part,
      data.sentences.map(s => taggedSentence({tokens: s.tokens, tags: s.tags ?? s.upos})),
    );
    return null;
  }
  const [series] = await loadSeries(d, {signal});
  const column = series.columns[0];
  await lineChart(part, {
    title: d.name,
    yTitle: e.unit ?? column.name,
    height: 200,
    selector: false,
    time: series.time ?? rowNumbers(column.values.length),
    lines: [{name: column.name, kind: 'observed', values: column.values}],
  });
  return {time: series.time, values: column.values};
}

// The model; trained unless it is there.
async function train(part, e, signal) {
  const there = await find('v1/models', e.job.model, signal);
  if (there) {
    replace(part, h('p', null, `The model was trained before, as version ${there.version}.`));
    return null;
  }
  const job = await api.post('v1/jobs', e.job, {signal});
  const ended = await follow(part, job.id, {signal});
  return ended.state === 'succeeded' ? null : ended;
}

function program(path, query) {
  return [
    h('h2', null, 'Use it from your program'),
    h('pre', {class: 'code', tabindex: '0'}, h('code', null, api.curl('GET', path, {query}))),
  ];
}

async function showForecast(root, name, e, history, signal) {
  const path = `v1/models/${e.job.model}/forecast`;
  const [evaluation, model] = await Promise.all([
    api.get(`v1/models/${e.job.model}/evaluation`, {signal}),
    api.get(`v1/models/${e.job.model}`, {signal}),
  ]);
  const most = Math.max(12, 2 * model.horizon);
  const plot = h('div'),
    note = h('output', {class: 'quiet'});
  const slider = h('input', {
    type: 'range',
    min: 1,
    max: Math.max(48, most),
    value: most,
    id: 'ahead',
    oninput: () => draw(),
  });
  const foot = h('div');
  let chart = null,
    last = 0;
  async function draw() {
    const horizon = Number(slider.value),
      mine = ++last;
    const query = {horizon, level: '80,95'};
    const {
      series: [f],
    } = await api.get(path, {query, signal, shown: true});
    if (mine !== last) return;
    note.textContent = steps(horizon, f.frequency);
    chart?.free();
    chart = await fanChart(plot, {
      title: `Forecast of ${name}`,
      unit: e.unit,
      history,
      f,
      context: 96 + horizon,
    });
    replace(foot, program(path, query));
  }
  replace(
    root,
    h('p', {class: 'verdict'}, howGood(evaluation, model.series[0].frequency)),
    plot,
    h(
      'p',
      {class: 'actions'},
      h('label', {class: 'field', for: 'ahead'}, h('span', null, 'How far ahead'), slider),
      note,
      h('a', {class: 'button primary', href: link(['models', e.job.model])}, 'Open the model'),
    ),
    foot,
  );
  await draw();
}

async function showTags(root, e, signal) {
  const path = `v1/models/${e.job.model}/tag`;
  const out = h('div', {'aria-live': 'polite'}),
    foot = h('div');
  const field = h('input', {
    type: 'text',
    value: 'Everybody ate the apple',
    id: 'words',
    size: 40,
    oninput: () => draw(),
  });
  let last = 0;
  async function draw() {
    const mine = ++last,
      text = field.value.trim();
    if (!text) return;
    const answer = await api.get(path, {query: {text}, signal, shown: true});
    if (mine !== last) return;
    replace(
      out,
      answer.sentences.map(s => taggedSentence(s)),
    );
    replace(foot, program(path, {text}));
  }
  replace(
    root,
    h('p', {class: 'verdict'}, 'Words of your own:'),
    h('label', {class: 'field', for: 'words'}, h('span', null, 'Text'), field),
    out,
    foot,
  );
  await draw();
}

function stage(root, heading) {
  const part = h('div', null, loading());
  root.append(h('section', null, h('h2', null, heading), part));
  return part;
}

export async function render(root, {path: [name], signal}) {
  const e = examples[name];
  if (!e)
    throw new api.ApiError(
      404,
      `There is no example '${name}'; there are ${Object.keys(examples).join(', ')}.`,
    );
  replace(root, h('h1', null, name), h('p', {class: 'lead'}, e.text));
  const result = h('div', null, h('p', {class: 'quiet'}, 'Comes when the training has ended.'));
  const data = stage(root, 'The data');
  try {
    const d = await dataOf(name, e, signal);
    const history = await showData(data, d, e, signal);
    const failed = await train(stage(root, 'The training'), e, signal);
    if (failed)
      throw new api.ApiError(0, failed.error?.detail ?? `The job has ended as ${failed.state}.`);
    root.append(
      h('section', {id: 'result'}, h('h2', null, history ? 'The forecast' : 'The tags'), result),
    );
    if (history) await showForecast(result, name, e, history, signal);
    else await showTags(result, e, signal);
    result.parentNode.scrollIntoView({
      block: 'nearest',
      behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth',
    });
  } catch (error) {
    if (error.name === 'AbortError') return null;
    if (error.status === 401 || error.status === 403) throw error;
    root.append(problem(error));
    if (!(error instanceof api.ApiError)) console.error(error);
  }
  return null;
}
