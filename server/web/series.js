// series.js - the observations of a data set, with their times as the data spell them.
import * as api from './api.js';

// Cells of CSV text as the service writes it (RFC 4180).
export function readCsv(text) {
  const rows = [];
  let row = [],
    at = 0;
  while (at < text.length) {
    let cell;
    if (text[at] === '"') {
      let end = at + 1;
      while (text[end] !== undefined && (text[end] !== '"' || text[end + 1] === '"'))
        end += text[end] === '"' ? 2 : 1;
      cell = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    } else {
      const end = text.slice(at).search(/[,\r\n]/);
      cell = text.slice(at, end < 0 ? undefined : at + end);
      at += cell.length;
    }
    row.push(cell);
    if (text[at] === ',') {
      at++;
      if (at === text.length) row.push('');
      continue;
    }
    rows.push(row);
    row = [];
    while (text[at] === '\r' || text[at] === '\n') at++;
  }
  return rows;
}

// A plain line-by-line reader, for text without quotes: most data, and much faster.
function cells(text) {
  if (text.includes('"')) return readCsv(text);
  const lines = text.split(/\r?\n/);
  if (lines[lines.length - 1] === '') lines.pop();
  return lines.map(l => l.split(','));
}

// The series in CSV text of the data set that d describes:
// [{id, time: [...] or null, columns: [{name, values: [number or null]}]}].
export function readSeries(text, d) {
  const [header, ...rows] = cells(text);
  // Thinned rows have their numbers beside them where the data have no times.
  const numbered = !d.time_column && !d.columns?.includes('ds') && !d.covariates?.includes('ds');
  const time = header.indexOf(numbered ? 'ds' : d.time_column);
  const id = d.id_column ? header.indexOf(d.id_column) : -1;
  const columns = header.map((name, i) => ({name, i})).filter(c => c.i !== time && c.i !== id);
  const found = new Map();
  for (const r of rows) {
    const name = id >= 0 ? r[id] : (d.series?.[0]?.id ?? d.name);
    let s = found.get(name);
    if (!s) {
      s = {
        id: name,
        time: time >= 0 ? [] : null,
        columns: columns.map(c => ({name: c.name, values: []})),
      };
      found.set(name, s);
    }
    s.time?.push(r[time]);
    columns.forEach((c, k) =>
      s.columns[k].values.push(r[c.i] === '' || r[c.i] === undefined ? null : Number(r[c.i])),
    );
  }
  return [...found.values()];
}

export async function loadSeries(d, {signal, query, shown} = {}) {
  const text = await api.get(`v1/datasets/${encodeURIComponent(d.name)}/data`, {
    accept: 'text/csv',
    as: 'text',
    signal,
    query,
    shown,
  });
  return readSeries(text, d);
}

// The history of a model's series: one of the data set, by its first column; or one of its columns,
// where the columns are series of their own ("b", "shop/b"). covariates: their values by name.
// null: the data set has no such series.
export function historyOf(d, all, id) {
  const beside = c => d.covariates?.includes(c.name);
  const history = (s, values) => ({
    time: s.time,
    values,
    covariates: Object.fromEntries(s.columns.filter(beside).map(c => [c.name, c.values])),
  });
  const whole = all.find(s => s.id === id);
  const first = whole?.columns.find(c => !beside(c));
  if (first) return history(whole, first.values);
  for (const s of all)
    for (const c of s.columns)
      if (!beside(c) && (id === c.name || id === `${s.id}/${c.name}`)) return history(s, c.values);
  return null;
}

export function rowNumbers(n, from = 0) {
  return Array.from({length: n}, (_, i) => String(from + i));
}
