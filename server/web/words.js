// words.js - the field's terms with one sentence each, and numbers with their meaning.
import {h} from './dom.js';
import {number, percent, steps} from './format.js';

const terms = {
  MAPE: 'Mean absolute percentage error: by how many per cent the forecast misses, on average. Smaller is better.',
  MAE: 'Mean absolute error: by how much the forecast misses, on average, in the unit of the data.',
  RMSE: 'Root mean squared error: as the mean absolute error, but large misses count for more.',
  sMAPE: 'Symmetric MAPE: the error in per cent of the mean of forecast and truth.',
  MASE: 'Mean absolute scaled error: 1 is as good as repeating the last season; below 1 is better.',
  accuracy: 'The share of words whose tag is right.',
  F1: 'Harmonic mean of precision and recall: 1 is perfect, 0 is worst.',
  coverage:
    'The share of true values that lie within the interval; an 80 % interval should hold 80 % of them.',
  baseline: 'A simple forecast that a model has to beat: the value of the same season before.',
  interval: 'The range in which the value will lie with the given probability.',
  quantile: 'The value below which the given share of outcomes lies.',
  horizon: 'How many steps ahead are forecast.',
  'what if': 'The forecast for other values of what is known beside the series.',
  covariate: 'A column that is known beside the series, such as a price or a temperature.',
};

// A word that explains itself when the pointer rests on it.
export function term(word, shown) {
  return terms[word] ? h('abbr', {title: terms[word]}, shown ?? word) : (shown ?? word);
}

// The most informative error among these metrics: [name, of the model, of the baseline, whether per
// cent].
export function mainError(metrics) {
  const base = metrics?.seasonal_naive ?? metrics?.naive;
  for (const [name, member, unit] of [
    ['MAPE', 'mape', true],
    ['MASE', 'mase', false],
    ['MAE', 'mae', false],
  ])
    if (Number.isFinite(metrics?.[member])) return [name, metrics[member], base?.[member], unit];
  if (Number.isFinite(metrics?.accuracy)) return ['accuracy', 100 * metrics.accuracy, null, true];
  return null;
}

// For a cell of a table: the error, and the baseline's.
export function errorCells(metrics) {
  const e = mainError(metrics);
  if (!e) return ['–', '–'];
  const show = v =>
    Number.isFinite(v) ? h('span', {title: String(v)}, e[3] ? percent(v, 3) : number(v, 3)) : '–';
  const worse = e[0] !== 'accuracy' && e[1] > e[2];
  return [h('span', {class: worse ? 'warm' : null}, term(e[0]), ' ', show(e[1])), show(e[2])];
}

const seasons = {
  M12: 'the same month of the year before',
  Q4: 'the same quarter of the year before',
  D7: 'the same day of the week before',
  H24: 'the same hour of the day before',
};

function seasonBefore(length, frequency) {
  if (length <= 1) return 'the value before';
  return seasons[`${frequency}${length}`] ?? `the value ${steps(length, frequency)} before`;
}

// "MAPE 2.8 % on the 12 months that were held out; the same month of the year before: 10.0 %."
export function howGood(evaluation, frequency) {
  const m = evaluation.metrics;
  const e = mainError(m);
  if (!e) return 'Nothing was held out, so that nothing tells how good it is.';
  if (e[0] === 'accuracy') {
    const where =
      m.held_out === false
        ? 'of the words that it learned from'
        : 'of the words that were kept out of its training';
    return h('span', null, percent(e[1], 3), ` ${where} get the right tag.`);
  }
  const held = evaluation.test_size > 0 ? evaluation.test_size : evaluation.horizon;
  const season = evaluation.baseline?.season_length ?? 1;
  const show = v => (e[3] && v >= 1 ? `${v.toFixed(1)}\u00a0%` : e[3] ? percent(v) : number(v, 3));
  return h(
    'span',
    null,
    term(e[0]),
    ' ',
    h('b', {title: String(e[1])}, show(e[1])),
    ` on the ${steps(held, frequency)} that ${held === 1 ? 'was' : 'were'} held out`,
    Number.isFinite(e[2]) ? h('span', null, `; ${seasonBefore(season, frequency)}: `, show(e[2])) : '',
    '.',
  );
}
