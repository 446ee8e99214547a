// series_chart.js - the chart of a data set: one of its series, with marks for values that are
// missing, that a model replaced, or that are anomalies.
import {h, replace, menu, problem} from './dom.js';
import * as api from './api.js';
import {lineChart} from './chart.js';
import {loadSeries, rowNumbers} from './series.js';
import {number} from './format.js';
import {
  anomaliesAt,
  anomalyText,
  missingRuns,
  missingText,
  replaced,
  replacedAt,
  replacedText,
  ringed,
} from './marks.js';

const maxPoints = 2000; // of a chart; of a longer series the service keeps extremes and gaps
const lookedAt = 100; // observations from the end, that a model is asked about
const mostSeries = 20; // in a data set of more, no model is asked until the user chooses one

// ---- what a model finds

// The models that were trained on this data, the newest first.
async function modelsOf(d, signal) {
  const all = await api.list('v1/models', {signal, most: 1000});
  return all
    .filter(m => m.dataset === d.name && m.task === 'forecast')
    .sort((a, b) => (a.created_at < b.created_at ? 1 : -1))
    .map(m => m.name);
}

// The name of the model's series for this column of series s.
function idOf(answer, d, s, column) {
  const ids = [s.id, column, `${s.id}/${column}`];
  const own = column === d.columns[0] ? ids : ids.slice(1);
  return answer.series.find(x => own.includes(x.id));
}

// {strange, level, observations}: a series of the API's anomalies, and observations of its
// explanation; null where the model has none of this series.
async function findings(d, s, column, model, signal) {
  const path = `v1/models/${encodeURIComponent(model)}`;
  const m = await api.get(path, {signal});
  const told = (m.covariates ?? []).filter(c => c.known_in_advance).map(c => c.name);
  const future = told.length > 0 && Object.fromEntries(told.map(name => [name, [0]]));
  const explained = future
    ? api.post(`${path}/forecast`, {horizon: 1, explain: true, future_covariates: future}, {signal})
    : api.get(`${path}/forecast`, {query: {horizon: 1, explain: 1}, signal});
  const [anomalies, forecast] = await Promise.all([
    api.post(`${path}/anomalies`, {dataset: d.name, last: lookedAt}, {signal}),
    explained,
  ]);
  return {
    strange: idOf(anomalies, d, s, column) ?? null,
    level: anomalies.level,
    observations: idOf(forecast, d, s, column)?.explanation?.observations ?? null,
  };
}

// Times that thinning has left out, but that a model has marked, become rows.
function withTimes(time, values, more) {
  const there = new Map(time.map((t, i) => [t, values[i]]));
  const missing = more.filter(([t]) => !there.has(t));
  if (missing.length === 0) return {time, values};
  const first = time[0],
    all = [...time.map((t, i) => [t, values[i]]), ...missing.filter(([t]) => t >= first)];
  all.sort((a, b) => (a[0] < b[0] ? -1 : 1));
  return {time: all.map(r => r[0]), values: all.map(r => r[1])};
}

// ---- the chart

function specOf(d, s, column, series, found) {
  const times = series.time ?? rowNumbers(column.values.length);
  const strange = found?.strange,
    changes = found?.observations?.changes ?? [];
  const more = [
    ...(strange ? strange.time.map((t, i) => [String(t), strange.value[i]]) : []),
    ...changes.map(c => [String(c.time), c.observed]),
  ];
  const {time, values} = series.time
    ? withTimes(times, column.values, more.filter(r => r[1] !== null))
    : {time: times, values: column.values};
  const changed = replacedAt(time, found?.observations);
  return {
    title: s.id,
    yTitle: column.name,
    time,
    rest:
      s.length > column.values.length
        ? `${number(column.values.length, 9)} of ${number(s.length, 9)} rows are drawn; extremes are kept.`
        : '',
    gaps: missingRuns(column.values.length === time.length ? column.values : values),
    lines: [
      {name: column.name, kind: 'observed', values},
      ...(changed.some(v => v !== null) ? [replaced(changed)] : []),
      ...(strange?.anomalies > 0 ? [ringed('anomaly', anomaliesAt(time, strange))] : []),
    ],
  };
}

// Returns {part, draw()}: menus for the series and the column, the chart, and the marks in words.
export function seriesChart(d, params) {
  const plot = h('div', {class: 'picture'}),
    bar = h('div', {class: 'actions'}),
    words = h('div', {class: 'marks'}),
    found = h('div', {'aria-live': 'polite'});
  const {signal} = params;
  let chart = null,
    last = 0,
    models = [];
  const named = () => d.series.find(s => s.id === params.query.series) ?? d.series[0];
  const asked = () => {
    const {model} = params.query;
    if (model !== undefined) return models.includes(model) ? model : '';
    return d.num_series <= mostSeries ? (models[0] ?? '') : '';
  };

  async function look(mine, s, column, series) {
    const model = asked();
    replace(found);
    if (!model || d.covariates.includes(column.name)) return;
    try {
      const result = await findings(d, s, column.name, model, signal);
      if (mine !== last || signal.aborted) return;
      chart.update({...specOf(d, s, column, series, result), keepZoom: true});
      const by = ` by the model ${model}`;
      replace(
        found,
        replacedText(result.observations, by),
        result.strange && anomalyText(result.strange, result.level, ` of the model ${model}`),
      );
    } catch (error) {
      if (error.name !== 'AbortError') replace(found, problem(error));
    }
  }

  async function draw() {
    const mine = ++last,
      s = named();
    const query = {max_points: maxPoints, series: d.num_series > 1 ? s.id : undefined};
    const [series] = await loadSeries(d, {signal, query, shown: true});
    if (mine !== last || !series) return;
    const column = series.columns.find(c => c.name === params.query.column) ?? series.columns[0];
    const spec = specOf(d, s, column, series, null);
    chart?.free();
    chart = await lineChart(plot, spec);
    const whole = s.length === column.values.length;
    const missing = whole ? column.values.filter(v => v === null).length : s.missing;
    replace(words, missingText(spec.gaps, spec.time, missing, d.fill, column.name));
    await look(mine, s, column, series);
  }

  const change = query => {
    params.set(query);
    draw().catch(e => replace(plot, problem(e)));
  };
  const columns = [...d.columns, ...d.covariates];
  const menus = () =>
    replace(
      bar,
      d.num_series > 1 &&
        menu(
          'Series',
          d.series.map(s => [s.id, s.id]),
          named().id,
          v => change({series: v}),
        ),
      columns.length > 1 &&
        menu(
          'Column',
          columns.map(c => [c, c]),
          params.query.column ?? columns[0],
          v => change({column: v}),
        ),
      models.length > 0 &&
        menu(
          'Marks by the model',
          [...models.map(m => [m, m]), ['', 'none']],
          asked(),
          v => change({model: v}),
        ),
    );
  return {
    part: [bar, plot, h('div', null, words, found)],
    async draw() {
      models = (await api.may('predict')) ? await modelsOf(d, signal) : [];
      menus();
      await draw();
    },
  };
}
