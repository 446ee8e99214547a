// model_one.js - one model: its forecast, how good it is, its versions. Part of the screen Models.
import {h, replace, menu, button, problem, ask, go, link} from '../dom.js';
import * as api from '../api.js';
import {fanChart} from '../fan.js';
import {historyOf, loadSeries} from '../series.js';
import {ago, count, number, steps} from '../format.js';
import {has} from '../screens.js';
import {fitNotes, noteList} from '../notes.js';
import {howGood} from '../words.js';
import {explanationPart} from '../explanation.js';
import {calendarFacts} from '../calendar_facts.js';
import {evaluationPart} from '../evaluation.js';
import {anomalyPart} from '../anomalies.js';
import {versionPart} from '../versions.js';
import {assumed, knownInAdvance, whatIfPart} from '../what_if.js';

const levels = [
  ['80,95', '80 and 95 %'],
  ['50,80,95', '50, 80 and 95 %'],
  ['80', '80 %'],
  ['95', '95 %'],
  ['none', 'none'],
];
const shownHistory = 4000; // rows of history that are fetched at most

const pathOf = name => `v1/models/${encodeURIComponent(name)}`;

// ---- the forecast

// The history that a forecast continues; null if its data set was deleted.
async function loadHistory(model, id, signal) {
  if (!model.dataset) return null;
  try {
    const d = await api.get(`v1/datasets/${encodeURIComponent(model.dataset)}`, {
      signal,
      query: {series_limit: 1000},
    });
    const one = d.series.find(s => s.id === id);
    const query = {max_points: shownHistory, series: d.num_series > 1 && one ? id : undefined};
    return historyOf(d, await loadSeries(d, {signal, query}), id);
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}

// Observations that came after the forecast's first step are shown beside it.
function splitAt(history, first) {
  const at = history.time ? history.time.indexOf(first) : -1;
  if (at < 0) return {history, later: null};
  return {
    history: {time: history.time.slice(0, at), values: history.values.slice(0, at)},
    later: history.values.slice(at),
  };
}

function forecastPart(model, params) {
  const plot = h('div', {class: 'picture'}),
    out = h('div'),
    bar = h('div', {class: 'actions'});
  const q = params.query,
    ids = model.series.map(s => s.id);
  const series = () => (ids.includes(q.series) ? q.series : ids[0]);
  const horizon = () => Number(q.horizon) || model.horizon;
  let chart = null,
    last = 0,
    kept = {},
    current = null;

  const wanted = knownInAdvance(model).length > 0;
  const assumption =
    `The future values of ${knownInAdvance(model).join(', ')} are taken to be those of the ` +
    'season before; give others below.';

  // Future values of covariates that are known in advance need a POST.
  function request({horizon, level, series, version}, future) {
    const path = `${pathOf(model.name)}/forecast`,
      options = {signal: params.signal, shown: true};
    if (!future) return api.get(path, {...options, query: {horizon, level, series, version, explain: 1}});
    const body = {horizon, level: level.split(',').filter(Boolean).map(Number), explain: true};
    return api.post(path, {...body, future_covariates: future}, {...options, query: {version}});
  }

  async function draw() {
    const mine = ++last,
      id = series();
    const query = {
      horizon: horizon(),
      level: (q.level ?? '80,95') === 'none' ? '' : (q.level ?? '80,95'),
      series: ids.length > 1 ? id : undefined,
      version: q.version,
    };
    try {
      const history = kept.id === id ? kept.history : await loadHistory(model, id, params.signal);
      kept = {id, history};
      const future = wanted ? assumed(model, history, query.horizon) : null;
      const answer = await request(query, future);
      if (mine !== last) return;
      const f = answer.series.find(s => s.id === id) ?? answer.series[0];
      const split = splitAt(history ?? {time: [], values: []}, f.time[0]);
      const more = split.later
        ? [
            {
              name: 'observed since',
              kind: 'truth',
              values: [
                ...split.history.values.map(() => null),
                ...split.later.slice(0, f.time.length),
              ],
            },
          ]
        : [];
      current = {f, history: split.history, id, unit: model.value_name ?? id, more, future};
      chart?.free();
      chart = await fanChart(plot, {title: `Forecast of ${id}`, ...current});
      replace(
        out,
        wanted && h('p', {class: 'note'}, assumption),
        noteList(f.notes),
      );
      params.drawn?.(current);
    } catch (error) {
      if (error.name !== 'AbortError') replace(out, problem(error, draw));
    }
  }
  const change = query => {
    params.set(query);
    draw();
  };
  const far = h('input', {
    type: 'number',
    min: 1,
    max: 10000,
    step: 1,
    value: horizon(),
    class: 'short',
    onchange: e => change({horizon: e.target.value}),
  });
  const slide = h('input', {
    type: 'range',
    min: 1,
    max: Math.max(48, 4 * model.horizon),
    value: horizon(),
    'aria-label': 'How far ahead',
    oninput: e => {
      far.value = e.target.value;
      change({horizon: e.target.value});
    },
  });
  replace(
    bar,
    ids.length > 1 &&
      menu(
        'Series',
        ids.map(i => [i, i]),
        series(),
        v => change({series: v}),
      ),
    h(
      'label',
      {class: 'field'},
      h(
        'span',
        null,
        `How far ahead, in ${steps(2, model.series[0]?.frequency).replace(/^2 /, '')}`,
      ),
      far,
    ),
    slide,
    menu('Intervals', levels, q.level ?? '80,95', v => change({level: v})),
    model.num_versions > 1 &&
      menu(
        'Version',
        [
          ['', `the one that serves, ${model.serving_version}`],
          ...Array.from({length: model.newest_version}, (_, i) => [String(i + 1), String(i + 1)]),
        ],
        q.version ?? '',
        v => {
          params.set({version: v || undefined});
          params.again();
        },
      ),
  );
  return {part: [bar, plot, out], draw};
}

// ---- facts

function facts(m) {
  const p = m.params,
    fact = (name, v, hint) =>
      v !== undefined && v !== null && [h('dt', {title: hint}, name), h('dd', null, v)];
  const season = m.season_length > 1 ? count(m.season_length, 'step') : 'none';
  return h(
    'dl',
    {class: 'facts'},
    fact('Data', m.dataset && h('a', {href: link(['data', m.dataset])}, m.dataset)),
    fact('Job', m.job && (has('jobs') ? h('a', {href: link(['jobs', m.job])}, m.job) : m.job)),
    fact('Recipe', p.recipe),
    m.task === 'forecast' && fact('Season', season),
    fact(
      'Members',
      p.ensemble === true
        ? 'an ensemble of classical methods and an LSTM'
        : p.ensemble === false
          ? 'an LSTM alone'
          : null,
    ),
    fact(
      'LSTM',
      `${count(p.num_layers, 'layer')} of ${p.hidden_size}, ${number(m.parameter_count, 12)} weights`,
    ),
    fact('Window', p.window && count(p.window, 'step'), 'How many past steps the network sees'),
    fact('Tags', m.tags?.join(', ')),
    fact('Words', m.words && number(m.words, 12)),
    fact(
      'Covariates',
      m.covariates
        ?.map(c => `${c.name}${c.known_in_advance ? ', known in advance' : ''}`)
        .join('; '),
    ),
    fact(
      'Computed in',
      m.arithmetic,
      'The instruction set and the mathematical library of the training',
    ),
  );
}

function effectsOf(m, id) {
  return (m.series.find(s => s.id === id) ?? m.series[0])?.calendar_effects;
}

// ---- actions

async function checkpoint(m) {
  const blob = await api.get(`${pathOf(m.name)}/checkpoint`, {
    query: {version: m.version},
    accept: '*/*',
    as: 'blob',
    shown: true,
  });
  const a = h('a', {
    href: URL.createObjectURL(blob),
    download: `${m.name}-${m.version}.safetensors`,
  });
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 10000);
}

async function remove(m, out) {
  if (
    !(await ask(
      `Delete the model '${m.name}' with all its ${count(m.num_versions, 'version')}?`,
      'Delete',
    ))
  )
    return;
  try {
    await api.request('DELETE', pathOf(m.name), {shown: true});
    go(['models']);
  } catch (error) {
    replace(out, problem(error));
  }
}

function lead(m) {
  const what =
    m.task === 'tag'
      ? `Tags words by ${m.tags?.length ?? '?'} tags`
      : `Forecasts ${m.num_series === 1 ? m.series[0].id : count(m.num_series, 'series', 'series')} ${steps(m.horizon, m.series[0]?.frequency)} ahead`;
  return h(
    'p',
    {class: 'lead'},
    `${what}; version ${m.version}, ${m.version === m.serving_version ? 'which serves' : `while version ${m.serving_version} serves`}, of ${m.num_versions}, trained `,
    ago(m.created_at),
    '.',
    m.dataset_changed ? h('span', {class: 'warm'}, ' Its data set has other data by now.') : null,
  );
}

// ---- the screen

export async function renderModel(root, params) {
  const name = params.path[0],
    signal = params.signal;
  const m = await api.get(pathOf(name), {
    signal,
    query: {version: params.query.version},
    shown: true,
  });
  const [evaluation, writes, predicts] = await Promise.all([
    api
      .get(`${pathOf(name)}/evaluation`, {signal, query: {version: params.query.version}})
      .catch(e => {
        if (e.name === 'AbortError') throw e;
        return null;
      }),
    api.mayWrite(),
    api.may('predict'),
  ]);
  const out = h('div', {'aria-live': 'polite'});
  params.again = () => renderModel(root, params).catch(e => replace(root, problem(e)));
  const forecast = m.task === 'forecast' && predicts ? forecastPart(m, params) : null;
  const whatIf = forecast ? whatIfPart(m, params) : null;
  const made = forecast ? explanationPart() : null;
  const shown = evaluation ? evaluationPart(m, evaluation, params) : null;
  replace(
    root,
    h('h1', null, m.name),
    lead(m),
    evaluation && h('p', {class: 'verdict'}, howGood(evaluation, m.series?.[0]?.frequency)),
    fitNotes(m),
    forecast?.part,
    !predicts && h('p', {class: 'note'}, 'The key of this page may not forecast or tag.'),
    m.task === 'tag' &&
      predicts &&
      has('tags') &&
      h(
        'p',
        {class: 'actions'},
        h('a', {class: 'button primary', href: link(['tags', m.name])}, 'Tag text'),
      ),
    whatIf?.part,
    shown && [h('h2', null, 'How good it is'), shown.part],
    made && [h('h2', null, 'What the forecast is made of'), made.part],
    forecast && m.dataset && anomalyPart(m, params),
    h('h2', null, 'What the model is made of'),
    h(
      'div',
      {class: 'columns'},
      facts(m),
      m.task === 'forecast' && h('div', null, calendarFacts(effectsOf(m, params.query.series))),
    ),
    h('h2', null, 'Versions'),
    versionPart(m, params, writes),
    h(
      'div',
      {class: 'actions'},
      button('Download the checkpoint', () => checkpoint(m).catch(e => replace(out, problem(e)))),
      writes && button('Delete', () => remove(m, out), {class: 'danger'}),
    ),
    out,
  );
  params.drawn = current => {
    whatIf?.show(current);
    made?.show(current.f, current.unit);
  };
  await forecast?.draw();
  await shown?.draw();
  return {
    update(next) {
      for (const k of Object.keys(params.query)) delete params.query[k];
      Object.assign(params.query, next.query);
      params.again();
    },
  };
}
