// anomalies.js - recent observations that lie outside of their prediction interval, with a ring
// around each.
import {h, replace, button, problem} from './dom.js';
import * as api from './api.js';
import {lineChart} from './chart.js';
import {anomaliesAt, anomalyText, ringed} from './marks.js';

async function show(out, answer, id, unit) {
  const s = answer.series.find(x => x.id === id) ?? answer.series[0];
  const plot = h('div');
  replace(out, anomalyText(s, answer.level), plot);
  await lineChart(plot, {
    title: `Anomalies of ${s.id}`,
    yTitle: unit ?? s.id,
    time: s.time,
    selector: false,
    height: 260,
    lines: [
      {name: 'observed', kind: 'observed', values: s.value},
      {name: 'expected', kind: 'forecast', values: s.expected},
      ringed('anomaly', anomaliesAt(s.time, s)),
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
      await show(out, answer, params.query.series, model.value_name);
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
