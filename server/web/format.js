// format.js - numbers, sizes and times as people read them.
import {h} from './dom.js';

const minus = text => text.replace(/^-/, '−');

// At most four significant digits, with a narrow space between thousands.
export function number(v, digits = 4) {
  if (v === null || v === undefined || !Number.isFinite(v)) return '–';
  if (v === 0) return '0';
  const size = Math.abs(v);
  if (size >= 1e9 || size < 1e-4)
    return minus(
      v
        .toExponential(digits - 1)
        .replace(/\.?0+e/, 'e')
        .replace('e+', 'e'),
    );
  const places = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  const [whole, part] = Math.abs(v).toFixed(Math.min(places, 10)).split('.');
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, ' ') : whole;
  const rest = part ? part.replace(/0+$/, '') : '';
  return (v < 0 ? '−' : '') + grouped + (rest ? `.${rest}` : '');
}

// The same as an element that shows the full value when the pointer rests on it.
export function value(v, unit) {
  if (v === null || v === undefined) return h('span', {class: 'quiet'}, '–');
  return h('span', {title: String(v)}, number(v), unit ? ` ${unit}` : '');
}

export function count(n, one, many) {
  return `${number(n, 12)} ${n === 1 ? one : (many ?? `${one}s`)}`;
}

export function percent(v, digits = 2) {
  return `${number(v, digits)} %`;
}

export function bytes(n) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let i = 0;
  while (n >= 1024 && i < units.length - 1) {
    n /= 1024;
    i++;
  }
  return `${number(n, 3)} ${units[i]}`;
}

export function duration(seconds) {
  if (seconds === null || seconds === undefined) return '–';
  if (seconds < 10) return `${number(seconds, 2)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} days`;
}

// How long ago an instant of the service is, its full spelling as a title.
export function ago(instant) {
  if (!instant) return '–';
  const seconds = Math.max(0, (Date.now() - Date.parse(instant)) / 1000);
  return h(
    'time',
    {datetime: instant, title: instant},
    seconds < 5 ? 'just now' : `${duration(seconds)} ago`,
  );
}

// ---- times of data

// What a time stamp stands for: milliseconds since 1970 in UTC, or the row's number. Stamps are
// years, months, quarters, days, instants (RFC 3339, with or without zone) or epoch seconds.
export function instant(text) {
  if (typeof text === 'number') return text;
  let m;
  if ((m = /^(-?\d{4})-?[Qq]([1-4])$/.exec(text))) return Date.UTC(+m[1], 3 * (m[2] - 1));
  if ((m = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text)))
    return Date.UTC(+m[1], m[2] ? m[2] - 1 : 0, m[3] ?? 1);
  if ((m = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(.*)$/.exec(text)))
    return Date.parse(`${m[1]}T${m[2]}${/^(Z|[+-]\d\d:?\d\d)$/.test(m[3]) ? m[3] : 'Z'}`);
  if (/^-?\d{9,}(\.\d+)?$/.test(text)) return +text * 1000;
  const free = Date.parse(`${text} UTC`);
  return Number.isNaN(free) ? Date.parse(text) : free;
}

// Whether all of these are calendar times; else rows are numbered.
export function areTimes(texts) {
  return (
    texts.length > 0 &&
    texts.every(
      t =>
        typeof t === 'string' && !/^-?\d{1,3}$|^-?\d{5,8}$/.test(t) && Number.isFinite(instant(t)),
    )
  );
}

const words = {
  Y: 'year',
  A: 'year',
  Q: 'quarter',
  M: 'month',
  W: 'week',
  D: 'day',
  B: 'working day',
  H: 'hour',
  min: 'minute',
  T: 'minute',
  S: 'second',
};

// "12 months" of a frequency such as M, 15min, W-SUN; steps where there is none.
export function steps(n, frequency) {
  const m = /^(\d*)([A-Za-z]+)/.exec(frequency ?? '');
  const word = m && (words[m[2]] ?? words[m[2].replace(/(E|S)$/, '')] ?? words[m[2].toUpperCase()]);
  if (!word || (m[1] && m[1] !== '1')) return count(n, 'step');
  return count(n, word);
}
