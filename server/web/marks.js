// marks.js - marks on charts, and sentences, for observations that are missing, that a model
// replaced, or that are anomalies.
import {h, table} from './dom.js';
import {count, number, value} from './format.js';

// Lines of lineChart().
export const ringed = (name, values) => ({name, kind: 'second', points: 'ring', values});
export const replaced = values => ({
  name: 'replaced, as observed',
  kind: 'replaced',
  points: 'hollow',
  values,
});

// ---- missing observations

// [{from, to}]: the rows of each run without values.
export function missingRuns(values) {
  const runs = [];
  values.forEach((v, i) => {
    if (v !== null) return;
    if (runs.at(-1)?.to === i - 1) runs.at(-1).to = i;
    else runs.push({from: i, to: i});
  });
  return runs;
}

const fills = {
  linear: 'A model sees a line between their neighbours instead.',
  seasonal: 'A model sees level and season instead, where two seasons are observed.',
  previous: 'A model sees the last observation before instead.',
  zero: 'A model sees 0 instead.',
};

const most = 200; // rows of a table

function folded(text, caption, columns, rows) {
  return h(
    'details',
    null,
    h('summary', null, text),
    table(caption, columns, rows.slice(-most)),
    rows.length > most && h('p', {class: 'quiet'}, `The last ${most} of ${rows.length}.`),
  );
}

// total: how many there are, as the runs may be of thinned rows.
export function missingText(runs, times, total, fill, column) {
  if (total === 0) return null;
  const rows = runs.map(r => [times[r.from], times[r.to]]);
  const text = `${count(total, 'value')} of ${column} missing, in ${count(runs.length, 'place')}`;
  return [
    folded(text, 'Missing', [{title: 'From'}, {title: 'To'}], rows),
    fills[fill] && h('p', {class: 'quiet small'}, fills[fill]),
  ];
}

// ---- replaced observations

// observations: of the API's explanation.
export function replacedText(observations, by) {
  if (!observations?.changed) return null;
  return folded(
    `${count(observations.changed, 'observation')} replaced or moved${by}`,
    'Replaced observations',
    [
      {title: 'Time'},
      {title: 'Observed', number: true},
      {title: 'Used', number: true, hint: 'What the model saw in its place'},
    ],
    observations.changes.map(c => [c.time, value(c.observed), value(c.used)]),
  );
}

// The values of a line over these times: what was observed, where it was replaced.
export function replacedAt(times, observations) {
  const at = new Map((observations?.changes ?? []).map(c => [String(c.time), c.observed]));
  return times.map(t => at.get(String(t)) ?? null);
}

// ---- anomalies

// s: a series of the API's anomalies.
export function anomalyText(s, level, by = '') {
  const rows = s.time
    .map((t, i) => [t, value(s.value[i]), value(s.lower[i]), value(s.upper[i])])
    .filter((r, i) => s.anomaly[i]);
  const where = `of the last ${s.value.length} observations outside of the ${level} % interval${by}`;
  if (rows.length === 0) return h('p', null, `None ${where}.`);
  return folded(
    `${number(s.anomalies, 9)} ${where}`,
    'Anomalies',
    [
      {title: 'Time'},
      {title: s.id, number: true},
      {title: 'Expected from', number: true},
      {title: 'to', number: true},
    ],
    rows,
  );
}

export function anomaliesAt(times, s) {
  const at = new Map(s.time.map((t, i) => [String(t), s.anomaly[i] ? s.value[i] : null]));
  return times.map(t => at.get(String(t)) ?? null);
}
