// evaluation.js - the end that was held out: forecast beside truth and baselines, error by step,
// how often the truth lay within the intervals; for a tagger the measures of each tag.
import {h, menu, table} from './dom.js';
import {lineChart, stepBars} from './chart.js';
import {number, percent} from './format.js';
import {term} from './words.js';

const methods = [
  ['seasonal_naive', 'the season before'],
  ['naive', 'the last value'],
  ['ets', 'ETS'],
];

function held(e, id, unit, baseline) {
  const s = e.series.find(x => x.id === id) ?? e.series[0];
  const levels = Object.keys(s.lower ?? {}).sort((a, b) => b - a);
  return {
    title: `Held-out end of ${s.id}`,
    yTitle: unit ?? s.id,
    time: s.time,
    selector: false,
    height: 260,
    lines: [
      {name: 'truth', kind: 'truth', values: s.truth},
      ...(baseline && s[baseline]
        ? [{name: methods.find(m => m[0] === baseline)[1], kind: 'baseline', values: s[baseline]}]
        : []),
      {name: 'forecast', kind: 'forecast', values: s.mean ?? s.forecast},
    ],
    bands: levels.map(l => ({name: `${l} % interval`, lower: s.lower[l], upper: s.upper[l]})),
  };
}

function coverage(m) {
  const shares = [
    ['80', m.coverage_80],
    ['95', m.coverage_95],
  ].filter(([, v]) => Number.isFinite(v));
  if (shares.length === 0) return null;
  return h(
    'p',
    null,
    shares.map(
      ([level, v], i) =>
        `${i ? '; ' : ''}${percent(100 * v)} ${i ? '' : 'of the truth lies '}within the ${level} % interval`,
    ),
    '. ',
    term('coverage', 'Coverage'),
    ' should be close to those numbers.',
  );
}

// The model's measures in a column beside those of the baselines.
function measures(m) {
  const rows = [
    ['MAPE', 'mape', ' %'],
    ['sMAPE', 'smape', ' %'],
    ['MASE', 'mase', ''],
    ['MAE', 'mae', ''],
    ['RMSE', 'rmse', ''],
  ];
  const others = methods.filter(([k]) => m[k]);
  const cell = (v, unit) =>
    Number.isFinite(v) ? h('span', {title: String(v)}, number(v), unit) : '–';
  return table(
    'Errors',
    [
      {title: 'Error'},
      {title: 'this model', number: true},
      ...others.map(o => ({title: o[1], number: true})),
    ],
    rows
      .filter(([, k]) => Number.isFinite(m[k]))
      .map(([name, k, unit]) => [
        term(name),
        cell(m[k], unit),
        ...others.map(([o]) => cell(m[o][k], unit)),
      ]),
  );
}

function ofForecaster(m, e, params) {
  const plot = h('div'),
    bars = h('div'),
    bar = h('div', {class: 'actions'});
  const state = {id: params.query.series, baseline: ''};
  let chart = null;
  async function draw() {
    chart?.free();
    chart = await lineChart(plot, held(e, state.id, m.value_name, state.baseline));
    const steps = e.per_step?.mase;
    if (steps?.length > 1)
      stepBars(bars, {
        title: 'MASE by step',
        labels: steps.map((v, i) => `step ${i + 1}`),
        groups: [
          {name: 'this model', kind: 'forecast', values: steps},
          {name: 'the season before', kind: 'baseline', values: e.per_step.seasonal_naive ?? []},
        ],
      });
  }
  bar.append(
    menu('Beside it', [['', 'nothing'], ...methods.filter(([k]) => e.series[0][k])], '', v => {
      state.baseline = v;
      draw();
    }),
  );
  if (e.series.length > 1)
    bar.prepend(
      menu(
        'Series',
        e.series.map(s => [s.id, s.id]),
        state.id ?? e.series[0].id,
        v => {
          state.id = v;
          draw();
        },
      ),
    );
  return {
    part: [
      coverage(e.metrics),
      bar,
      plot,
      h(
        'div',
        {class: 'columns'},
        h('div', null, h('h3', null, 'Errors'), measures(e.metrics)),
        h(
          'div',
          null,
          e.per_step?.mase?.length > 1 && h('h3', null, 'Error by step, as ', term('MASE')),
          bars,
        ),
      ),
    ],
    draw,
  };
}

// The figures of a tagger's evaluation; the confusion matrix is on the screen Tags.
function ofTagger(e) {
  const m = e.metrics;
  const rows = [
    ['Words that get the right tag', m.accuracy],
    ['… of words that it had not seen', m.unknown_accuracy],
    ['Sentences without a mistake', m.sentences ? m.sentences_correct / m.sentences : null],
  ];
  return {
    part: table(
      'Measures',
      [{title: 'Measure'}, {title: 'Share', number: true}],
      rows
        .filter(([, v]) => Number.isFinite(v))
        .map(([name, v]) => [name, h('span', {title: String(v)}, percent(100 * v, 4))]),
    ),
    draw() {},
  };
}

// Returns {part, draw()}; null where nothing was held out.
export function evaluationPart(model, evaluation, params) {
  if (model.task !== 'forecast') return ofTagger(evaluation);
  return evaluation.series?.length > 0 ? ofForecaster(model, evaluation, params) : null;
}
