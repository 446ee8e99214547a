// fan.js - history and forecast in one picture: the forecast begins at the last observation, its
// intervals open from there.
import {lineChart} from './chart.js';
import {steps} from './format.js';
import {missingRuns, replaced, replacedAt} from './marks.js';
import {rowNumbers} from './series.js';

// The spec of lineChart(). history: {time (or null), values}; f: a series of the API's forecast;
// more: extra lines over history and forecast, {name, kind, values}.
export function fanSpec({title, unit, history, f, more = [], context}) {
  const n = history.values.length,
    h = f.time.length;
  const time = [...(history.time ?? rowNumbers(n)), ...f.time];
  const levels = Object.keys(f.lower ?? {}).sort((a, b) => b - a);
  let last = n - 1;
  while (last > 0 && history.values[last] === null) last--;
  const from = history.values[last];
  const joined = list => [
    ...Array(last).fill(null),
    from,
    ...Array(n - 1 - last).fill(null),
    ...list,
  ];
  const changed = replacedAt(time, f.explanation?.observations);
  return {
    title,
    yTitle: unit,
    time,
    join: last,
    lines: [
      {name: 'observed', kind: 'observed', values: [...history.values, ...Array(h).fill(null)]},
      ...more,
      {name: 'forecast', kind: 'forecast', hideAtJoin: true, values: joined(f.mean)},
      ...(changed.some(v => v !== null) ? [replaced(changed)] : []),
    ],
    bands: levels
      .filter(l => f.lower[l].some(v => v !== null))
      .map(l => ({name: `${l} % interval`, lower: joined(f.lower[l]), upper: joined(f.upper[l])})),
    gaps: missingRuns(history.values.slice(0, last)),
    marks: [{row: last, text: `forecast from ${f.time[0]}`}],
    window: context ?? Math.max(6 * h, 60) + h,
    rest: `${steps(h, f.frequency)} ahead`,
  };
}

export function fanChart(root, parts) {
  return lineChart(root, fanSpec(parts));
}
