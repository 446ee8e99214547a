// backtest.js - what a backtest measured: one sentence, every forecast beside the truth, the error
// of each step, and a table of the origins.
import {h, replace, menu, table} from './dom.js';
import * as api from './api.js';
import {lineChart, stepBars} from './chart.js';
import {count, number} from './format.js';
import {mainError, term, errorCells} from './words.js';
import {noteList} from './notes.js';

function verdict(b) {
  const e = mainError(b.metrics);
  if (!e) return 'Nothing could be measured.';
  const show = v => `${number(v, 3)}${e[3] ? ' %' : ''}`;
  return h(
    'span',
    null,
    term(e[0]),
    ' ',
    h('b', {title: String(e[1])}, show(e[1])),
    ` over ${count(b.windows, 'origin')}, ${count(b.horizon, 'step')} from each`,
    Number.isFinite(e[2]) ? `; the value a season before: ${show(e[2])}` : '',
    b.metrics.beats_baseline === false ? '. It does not beat that.' : '.',
  );
}

// One series: the truth once, the forecasts of the origins one after the other. Where origins
// overlap, the later forecast is shown.
function specOf(forecasts, id) {
  const at = new Map();
  for (const f of forecasts.filter(x => x.id === id))
    f.time.forEach((t, i) =>
      at.set(t, {
        truth: f.truth[i],
        mean: (f.mean ?? f.forecast)[i],
        lower: f.lower?.['80']?.[i] ?? null,
        upper: f.upper?.['80']?.[i] ?? null,
        first: i === 0,
      }),
    );
  const time = [...at.keys()],
    rows = [...at.values()];
  const starts = rows.map((r, i) => ({row: i, text: ''})).filter(m => rows[m.row].first);
  return {
    title: `Backtest of ${id}`,
    yTitle: id,
    time,
    height: 280,
    selector: false,
    lines: [
      {name: 'truth', kind: 'truth', values: rows.map(r => r.truth)},
      {name: 'forecast', kind: 'forecast', values: rows.map(r => r.mean)},
    ],
    bands: rows.some(r => r.lower !== null)
      ? [{name: '80 % interval', lower: rows.map(r => r.lower), upper: rows.map(r => r.upper)}]
      : [],
    marks: starts.length <= 20 ? starts : [],
  };
}

// Draws the backtest into root, which is part of the page; returns the sentence about it.
export async function backtestPart(root, job, signal) {
  const path = `v1/jobs/${encodeURIComponent(job.id)}/backtest`;
  const b = await api.get(path, {signal, shown: true});
  const ids = [...new Set(b.forecasts.map(f => f.id))];
  const plot = h('div'),
    bars = h('div');
  let chart = null;
  const draw = async id => {
    chart?.free();
    chart = await lineChart(plot, specOf(b.forecasts, id));
  };
  signal.addEventListener('abort', () => chart?.free());
  const several = b.per_step?.mase?.length > 1;
  replace(
    root,
    noteList(b.notes),
    h('h2', null, 'Forecasts and truth'),
    ids.length > 1 &&
      menu(
        'Series',
        ids.map(i => [i, i]),
        ids[0],
        draw,
      ),
    plot,
    several && h('h2', null, 'Error by step, as ', term('MASE')),
    bars,
    h('h2', null, 'Each origin'),
    table(
      'Each origin',
      [
        {title: 'Series'},
        {title: 'From'},
        {title: 'To'},
        {title: 'Error', number: true},
        {title: 'Baseline', number: true},
      ],
      b.forecasts
        .slice(0, 200)
        .map(f => [f.id, f.time[0], f.time.at(-1), ...errorCells(f.metrics)]),
    ),
  );
  if (ids.length > 0) await draw(ids[0]);
  if (several)
    stepBars(bars, {
      title: 'MASE by step',
      labels: b.per_step.mase.map((v, i) => `step ${i + 1}`),
      groups: [
        {name: 'this recipe', kind: 'forecast', values: b.per_step.mase},
        {name: 'the season before', kind: 'baseline', values: b.per_step.seasonal_naive ?? []},
      ],
    });
  return verdict(b);
}
