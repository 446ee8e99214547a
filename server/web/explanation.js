// explanation.js - what a forecast is made of: its members with their weights, the parts that add up
// to it, why there is a season, and which observations were not taken as they are.
import {h, replace, table} from './dom.js';
import {lineChart} from './chart.js';
import {number, percent, steps, value} from './format.js';
import {replacedText} from './marks.js';

// name of the API: [shown, one sentence].
const members = {
  ets: ['ETS', 'Exponential smoothing of level, trend and season.'],
  arima: ['ARIMA', 'Autoregression and moving averages of a differenced series.'],
  airline: ['Airline', 'The seasonal ARIMA (0,1,1)(0,1,1) of Box and Jenkins.'],
  theta: ['Theta', 'The mean of a smoothed level and a line through the series.'],
  seasonal_naive: ['Season before', 'Repeats the season before.'],
  harmonic: ['Harmonics', 'A season of sines, with errors that follow an ARMA.'],
  holt_winters: ['Holt-Winters', 'Exponential smoothing with a season.'],
  last_value: ['Last value', 'Repeats the last value.'],
  recent_median: ['Recent median', 'The median of the recent values.'],
  panel_nets: ['LSTMs', 'Nets that all series of the data share.'],
  panel_autoregression: ['Autoregression', 'A linear autoregression that all series share.'],
  aggregation: ['Aggregation', 'Forecasts of sums over longer steps, taken apart again.'],
  lstm: ['LSTM', 'The net alone.'],
  smoothing: ['Smoothing', 'Exponential smoothing of a series with many zeros.'],
  sba: ['SBA', 'Croston’s method for series with many zeros, as Syntetos and Boylan corrected it.'],
  tsb: ['TSB', 'Smoothed size and probability of a demand, by Teunter, Syntetos and Babai.'],
  imapa: ['IMAPA', 'Forecasts of a series with many zeros at several steps, averaged.'],
};

const season = n => (lengths, frequency) =>
  lengths[n] ? `Season of ${steps(lengths[n], frequency)}` : 'Season';
const parts = {
  level: [() => 'Level', 'Where the series is at the first step.'],
  trend: [() => 'Trend', 'How far the level moves.'],
  season: [season(0), 'What repeats.'],
  season2: [season(1), 'What repeats after the longer season.'],
  remainder: [() => 'Remainder', 'What else the members forecast, which does not repeat.'],
  net: [() => 'LSTM', 'What the net adds to the members, or takes off.'],
  spread: [() => 'Mean above median', 'By how much the expected value exceeds the middle one.'],
  covariates: [() => 'Covariates', 'What the columns beside the series add or take off.'],
  calendar: [() => 'Calendar', 'What working days, holidays and Easter add or take off.'],
};

// The parts in the order of the API, with their names for people.
function named(x, frequency) {
  return Object.entries(x.parts).map(([key, values]) => ({
    key,
    values,
    name: parts[key]?.[0](x.season.lengths, frequency) ?? key,
    hint: parts[key]?.[1] ?? '',
  }));
}

function memberTable(x) {
  const most = Math.max(...x.members.map(m => m.weight));
  return table(
    'Members of the ensemble',
    [
      {title: 'Member'},
      {title: 'Weight', number: true, hint: 'Members with small errors in the backtest get more'},
      {title: 'Share'},
      {title: 'First step', number: true, hint: 'What it forecasts by itself'},
    ],
    [...x.members]
      .sort((a, b) => b.weight - a.weight)
      .map(m => [
        h('abbr', {title: members[m.name]?.[1] ?? m.name}, members[m.name]?.[0] ?? m.name),
        h('span', {title: String(m.weight)}, percent(100 * m.weight, 3)),
        h('span', {
          class: 'bar forecast weight',
          css: {width: `${(160 * m.weight) / most}px`},
        }),
        value(m.forecast[0]),
      ]),
  );
}

// Step by step: the parts, and what they add up to.
function sumTable(f, all) {
  const cell = v => h('span', {title: String(v)}, number(v));
  return h(
    'details',
    {class: 'sums'},
    h('summary', null, 'The parts as a table, with their sum'),
    table(
      'Parts of the forecast',
      [
        {title: 'time'},
        ...all.map(p => ({title: p.name, number: true, hint: p.hint})),
        {title: 'forecast', number: true},
      ],
      f.time.map((t, i) => [t, ...all.map(p => cell(p.values[i])), cell(f.mean[i])]),
    ),
  );
}

function panel(f, p, unit) {
  const plot = h('div', {class: 'panel-plot'});
  const low = Math.min(...p.values),
    high = Math.max(...p.values);
  const range = low === high ? number(low) : `${number(low)} to ${number(high)}`;
  return {
    element: h(
      'section',
      {class: 'panel'},
      h('h3', null, p.name),
      h('p', {class: 'quiet small'}, `${p.hint} Here: ${range}.`),
      plot,
    ),
    chart: () =>
      lineChart(plot, {
        title: `${p.name}, a part of the forecast`,
        yTitle: unit,
        time: f.time,
        height: 120,
        selector: false,
        zero: true,
        table: false,
        lines: [{name: p.name, kind: 'forecast', legend: false, values: p.values}],
      }),
  };
}

function seasonText(x, frequency) {
  const [length] = x.season.lengths;
  const what = x.season.taken
    ? `A season of ${steps(length, frequency)} is forecast`
    : 'No season is forecast';
  return h('p', null, `${what}: ${x.season.reason}.`);
}

// Returns {part, show(f, unit)}: show() once for each forecast f of the API, with its explanation.
export function explanationPart() {
  const out = h('div');
  let charts = [],
    last = 0;
  async function show(f, unit) {
    const x = f.explanation,
      mine = ++last;
    for (const c of charts) c.free();
    charts = [];
    if (!x) return replace(out);
    const all = named(x, f.frequency),
      level = all.find(p => p.key === 'level');
    const panels = all.filter(p => p !== level).map(p => panel(f, p, unit));
    replace(
      out,
      h(
        'p',
        null,
        'The forecast is the sum of a level of ',
        value(level.values[0]),
        panels.length > 0 ? ' and the parts below.' : '.',
      ),
      h('div', {class: 'panels parts'}, panels.map(p => p.element)),
      sumTable(f, all),
      h(
        'div',
        {class: 'columns'},
        h('div', null, h('h3', null, 'Members'), memberTable(x)),
        h(
          'div',
          null,
          h('h3', null, 'Season'),
          seasonText(x, f.frequency),
          x.observations.changed > 0 && h('h3', null, 'Observations'),
          replacedText(x.observations, ' before the fit'),
        ),
      ),
    );
    for (const p of panels) {
      const chart = await p.chart();
      if (mine !== last) return chart.free();
      charts.push(chart);
    }
  }
  return {part: out, show};
}
