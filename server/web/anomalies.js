// anomalies.js - recent observations outside of what the model expected of each, ringed.
import {h, replace, button, problem, table} from './dom.js';
import * as api from './api.js';
import {lineChart} from './chart.js';
import {count, value} from './format.js';

function ring(g, name, context, x, y, colour, size) {
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x, y, size + 3, 0, 2 * Math.PI);
  context.stroke();
}

async function show(out, answer, id) {
  const s = answer.series.find(x => x.id === id) ?? answer.series[0];
  const found = s.value.map((v, i) => (s.anomaly[i] ? v : null)),
    plot = h('div');
  const rows = s.time
    .map((t, i) => [t, value(s.value[i]), value(s.lower[i]), value(s.upper[i])])
    .filter((r, i) => s.anomaly[i]);
  replace(
    out,
    h(
      'p',
      null,
      `${count(s.anomalies, 'observation')} of ${s.value.length} outside of the ${answer.level} % interval.`,
    ),
    plot,
    rows.length > 0 &&
      table(
        'Anomalies',
        [
          {title: 'Time'},
          {title: s.id, number: true},
          {title: 'Expected from', number: true},
          {title: 'to', number: true},
        ],
        rows,
      ),
  );
  await lineChart(plot, {
    title: `Anomalies of ${s.id}`,
    yTitle: s.id,
    time: s.time,
    selector: false,
    height: 260,
    lines: [
      {name: 'observed', kind: 'observed', values: s.value},
      {name: 'expected', kind: 'forecast', values: s.expected},
      {name: 'anomaly', kind: 'second', points: true, draw: ring, values: found},
    ],
    bands: [{name: `${answer.level} % interval`, lower: s.lower, upper: s.upper}],
  });
}

export function anomalyPart(model, params) {
  const out = h('div', {'aria-live': 'polite'});
  const look = async () => {
    try {
      const answer = await api.post(
        `v1/models/${encodeURIComponent(model.name)}/anomalies`,
        {dataset: model.dataset, last: 100},
        {query: {version: params.query.version}, signal: params.signal, shown: true},
      );
      await show(out, answer, params.query.series);
    } catch (error) {
      if (error.name !== 'AbortError') replace(out, problem(error, look));
    }
  };
  return [
    h('h2', null, 'Anomalies'),
    h('p', {class: 'quiet'}, 'Which of the last 100 observations the model finds strange.'),
    h('div', {class: 'actions'}, button('Look for anomalies', look)),
    out,
  ];
}
