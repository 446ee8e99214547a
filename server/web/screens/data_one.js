// data_one.js - one data set: its chart, its rows, and what can be done with it. Part of the screen
// Data.
import {h, replace, menu, button, problem, table, ask, go, link, announce} from '../dom.js';
import * as api from '../api.js';
import {seriesChart} from '../series_chart.js';
import {taggedSentence} from '../tagged.js';
import {follow} from '../training.js';
import {ago, count, duration, number} from '../format.js';
import {has} from '../screens.js';
import {sizeOf, typeOf} from '../upload.js';

const shownSeries = 200,
  shownSentences = 100;

const pathOf = d => `v1/datasets/${encodeURIComponent(d.name)}`;

// ---- pictures

function describe(d) {
  if (d.kind === 'tagged') return `${sizeOf(d)}, tags of ${d.columns.join(' and ')}.`;
  if (d.kind === 'text') return `A text of ${sizeOf(d)}.`;
  if (d.kind !== 'series') return `A data set of kind ${d.kind}.`;
  const s = d.series[0],
    missing = d.series.reduce((sum, x) => sum + x.missing, 0);
  const what =
    d.num_series === 1
      ? `${count(s.length, 'row')} of ${d.columns.join(', ')}`
      : `${count(d.num_series, 'series', 'series')} of ${d.columns.join(', ')}`;
  return (
    `${what}${s.start === null ? '' : `, from ${s.start} to ${s.end}`}` +
    `${missing > 0 ? `; ${count(missing, 'value')} missing` : ''}.`
  );
}

// Where the content comes from, and what became of the last fetch. The URL is text, not a link: who
// set it is not who reads it.
function sourcePart(s) {
  const left = (Date.parse(s.next_fetch) - Date.now()) / 1000;
  return h(
    'div',
    {class: 'source'},
    h(
      'p',
      null,
      s.query ? `The query ${s.query} of ` : 'Fetched from ',
      h('code', null, s.url ?? s.prometheus),
      ` every ${s.every}: last `,
      s.last_fetch ? ago(s.last_fetch) : 'never',
      s.fetching ? ', and now.' : `, next ${left > 1 ? `in ${duration(left)}` : 'now'}.`,
    ),
    s.last_error && h('p', {class: 'problem'}, `The last fetch failed: ${s.last_error.detail}`),
  );
}

function seriesPart(d) {
  const out = h('div');
  const draw = text => {
    const found = d.series.filter(s => s.id.toLowerCase().includes(text.toLowerCase()));
    replace(
      out,
      table(
        'Series',
        [
          {title: 'Series'},
          {title: 'Rows', number: true},
          {title: 'From'},
          {title: 'To'},
          {title: 'Step'},
          {title: 'Missing', number: true},
        ],
        found
          .slice(0, shownSeries)
          .map(s => [
            h('a', {href: link(['data', d.name], {series: s.id})}, s.id),
            number(s.length, 12),
            h('span', {class: 'nowrap'}, s.start ?? '–'),
            h('span', {class: 'nowrap'}, s.end ?? '–'),
            s.frequency ?? 'rows in order',
            number(s.missing, 12),
          ]),
      ),
      found.length > shownSeries &&
        h('p', {class: 'quiet'}, `And ${found.length - shownSeries} more; search for them.`),
    );
  };
  draw('');
  return [
    h('h2', null, 'Series'),
    d.num_series > 10 &&
      h(
        'label',
        {class: 'field'},
        h('span', null, 'Search'),
        h('input', {type: 'search', oninput: e => draw(e.target.value)}),
      ),
    out,
  ];
}

async function sentencePart(d, params) {
  const data = await api.get(`${pathOf(d)}/data`, {signal: params.signal, shown: true});
  const out = h('div');
  const draw = text => {
    const found = data.sentences.filter(s =>
      s.tokens.join(' ').toLowerCase().includes(text.toLowerCase()),
    );
    replace(
      out,
      found
        .slice(0, shownSentences)
        .map(s => taggedSentence({tokens: s.tokens, tags: s.tags ?? s[d.columns[0]]})),
      h(
        'p',
        {class: 'quiet'},
        `${number(Math.min(found.length, shownSentences))} of ${count(found.length, 'sentence')} shown.`,
      ),
    );
  };
  draw('');
  return [
    h(
      'label',
      {class: 'field'},
      h('span', null, 'Search'),
      h('input', {type: 'search', oninput: e => draw(e.target.value)}),
    ),
    out,
  ];
}

function textPart(d) {
  return h(
    'pre',
    {class: 'text', dir: 'auto', tabindex: 0},
    d.beginning,
    d.bytes > new TextEncoder().encode(d.beginning).length && ' …',
  );
}

const pictures = {
  tagged: sentencePart,
  text: textPart,
};

// The type, the ending and the name of each format in which the data can be had.
const formatsOf = {
  series: [
    ['text/csv', 'csv', 'CSV'],
    ['application/json', 'json', 'JSON'],
  ],
  tagged: [
    ['text/x-conllu', 'conllu', 'CoNLL-U'],
    ['application/json', 'json', 'JSON'],
  ],
  text: [['text/plain', 'txt', 'text']],
};

// ---- actions

async function save(d, accept, ending) {
  const blob = await api.get(`${pathOf(d)}/data`, {accept, as: 'blob', shown: true});
  const a = h('a', {href: URL.createObjectURL(blob), download: `${d.name}.${ending}`});
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 10000);
}

function appendPart(d, again) {
  const out = h('div', {'aria-live': 'polite'});
  const area = h('textarea', {
    rows: 4,
    'aria-label': 'Rows to append',
    placeholder:
      d.kind !== 'series'
        ? ''
        : [d.id_column, d.time_column, ...d.columns].filter(Boolean).join(',') + '\n…',
  });
  const file = h('input', {type: 'file', 'aria-label': 'File of rows to append'});
  let conflict = 'error';
  const send = async () => {
    const chosen = file.files[0];
    const body = chosen ?? area.value;
    const type = chosen
      ? typeOf(chosen.name, chosen.type)
      : d.kind !== 'text' && /^\s*[[{]/.test(body)
        ? 'application/json'
        : {tagged: 'text/x-conllu', text: 'text/plain'}[d.kind] ?? 'text/csv';
    try {
      await api.request('POST', `${pathOf(d)}/rows`, {
        body,
        type,
        query: {on_conflict: conflict === 'error' ? '' : conflict},
        shown: true,
        file: chosen?.name,
      });
      announce('The rows were appended.');
      again();
    } catch (error) {
      replace(out, problem(error));
    }
  };
  return h(
    'details',
    null,
    h('summary', null, 'Append rows'),
    area,
    h(
      'div',
      {class: 'actions'},
      file,
      d.kind === 'series' &&
        menu(
          'Where a time is there already',
          [
            ['error', 'refuse'],
            ['replace', 'replace it'],
            ['ignore', 'keep it'],
          ],
          conflict,
          v => {
            conflict = v;
          },
        ),
      button('Append', send),
    ),
    out,
  );
}

// Trains with the defaults, in place.
function trainPart(d, params) {
  const out = h('section');
  const start = async () => {
    train.disabled = true;
    try {
      const job = await api.post(
        'v1/jobs',
        {task: d.kind === 'tagged' ? 'tag' : 'forecast', dataset: d.name, model: d.name},
        {signal: params.signal, shown: true},
      );
      replace(out, h('h2', null, 'The training'), h('div'));
      const ended = await follow(out.lastChild, job.id, {signal: params.signal});
      if (ended.state === 'succeeded') go(['models', d.name]);
      else
        out.append(
          problem({message: ended.error?.detail ?? `The job has ended as ${ended.state}.`}),
        );
    } catch (error) {
      if (error.name !== 'AbortError') replace(out, problem(error));
    }
    train.disabled = false;
  };
  const train = button('Train a model of it', start, {class: 'primary'});
  const more =
    has('train') &&
    h('a', {class: 'button', href: link(['train'], {dataset: d.name})}, 'Train with choices');
  return [[train, more], out];
}

async function remove(d, out) {
  if (
    !(await ask(`Delete the data set '${d.name}'? Models that were trained on it stay.`, 'Delete'))
  )
    return;
  try {
    await api.request('DELETE', pathOf(d), {shown: true});
    go(['data']);
  } catch (error) {
    replace(out, problem(error));
  }
}

// ---- the screen

export async function renderOne(root, params) {
  const name = params.path[0];
  const d = await api.get(`v1/datasets/${encodeURIComponent(name)}`, {
    signal: params.signal,
    query: {series_limit: 1000},
  });
  const writes = await api.mayWrite(),
    out = h('div');
  const again = () => renderOne(root, params);
  const [train, training] = writes && d.kind !== 'text' ? trainPart(d, params) : [null, null];
  const picture = d.kind === 'series' ? seriesChart(d, params) : null;
  replace(
    root,
    h('h1', null, d.name),
    h('p', {class: 'lead'}, describe(d)),
    d.source && sourcePart(d.source),
    picture ? picture.part : await pictures[d.kind]?.(d, params),
    h(
      'div',
      {class: 'actions'},
      train,
      formatsOf[d.kind].map(([type, ending, label]) =>
        button(`Download ${label}`, () =>
          save(d, type, ending).catch(e => replace(out, problem(e))),
        ),
      ),
      writes && button('Delete', () => remove(d, out), {class: 'danger'}),
    ),
    out,
    training,
    writes && appendPart(d, again),
    d.kind === 'series' && seriesPart(d),
  );
  await picture?.draw();
  return {
    update(next) {
      Object.assign(
        params.query,
        {series: undefined, column: undefined, model: undefined},
        next.query,
      );
      again();
    },
  };
}
