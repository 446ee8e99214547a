// data_new.js - a file before it is stored: how the service reads it (?dry_run=1), and menus to
// correct what it has guessed. Part of the screen Data.
import {h, replace, menu, input, button, problem, table, ask, go} from '../dom.js';
import * as api from '../api.js';
import {number} from '../format.js';
import {takeFile, dropZone, sizeOf} from '../upload.js';
import {noteList} from '../notes.js';
import {readCsv} from '../series.js';

const types = [
  ['text/csv', 'CSV'],
  ['text/tab-separated-values', 'words and tags, by tabs'],
  ['application/json', 'JSON'],
  ['application/jsonl', 'JSON lines'],
  ['text/x-conllu', 'CoNLL-U'],
];
const formats = [
  '%Y-%m-%d',
  '%d/%m/%Y',
  '%m/%d/%Y',
  '%d.%m.%Y',
  '%d-%m-%Y',
  '%Y/%m/%d',
  '%Y%m%d',
  '%Y-%m',
  '%m/%Y',
  '%b %Y',
  '%d/%m/%Y %H:%M',
  '%m/%d/%Y %H:%M',
  '%Y-%m-%d %H:%M',
];
const frequencies = ['Y', 'Q', 'M', 'W', 'D', 'B', 'H', '30min', '15min', 'min', 'S'];
const guess = ['', 'as guessed'];
const headBytes = 64 * 1024;

// The names of the columns, only for the menus: the service reads the file by itself.
function columnsOf(head) {
  const line = head.split(/\r?\n/).find(l => l.trim() !== '') ?? '';
  const separator = [';', '\t', ',']
    .map(s => [line.split(s).length, s])
    .sort((a, b) => b[0] - a[0])[0];
  if (separator[0] < 2) return [line.trim().replace(/^"|"$/g, '')];
  return separator[1] === ','
    ? readCsv(line)[0]
    : line.split(separator[1]).map(c => c.trim().replace(/^"|"$/g, ''));
}

// ---- what the service says

function seriesTable(d) {
  return table(
    'Series',
    [
      {title: 'Series'},
      {title: 'Rows', number: true},
      {title: 'From'},
      {title: 'To'},
      {title: 'Step'},
      {title: 'Missing', number: true},
    ],
    d.series
      .slice(0, 20)
      .map(s => [
        s.id,
        number(s.length, 12),
        h('span', {class: 'nowrap'}, s.start),
        h('span', {class: 'nowrap'}, s.end),
        s.frequency ?? 'rows in order',
        s.missing,
      ]),
  );
}

function meaning(d) {
  if (d.kind === 'tagged')
    return h(
      'p',
      null,
      `${sizeOf(d)}; tags: ${Object.entries(d.tags)
        .map(([c, n]) => `${n} of ${c}`)
        .join(', ')}.`,
    );
  if (d.kind === 'text')
    return [
      h('p', null, `A text of ${sizeOf(d)}.`),
      h('pre', {class: 'text', dir: 'auto'}, d.beginning),
    ];
  const fact = (name, value) => value && [h('dt', null, name), h('dd', null, value)];
  return [
    h(
      'dl',
      {class: 'facts'},
      fact('Time', d.time_column ?? 'none: the rows are taken in order'),
      fact('Series by', d.id_column ?? (d.num_series > 1 ? 'id' : 'one series')),
      fact('Values', d.columns?.join(', ')),
      fact('Known beside them', d.covariates?.join(', ')),
    ),
    seriesTable(d),
    d.num_series > 20 && h('p', {class: 'quiet'}, `And ${d.num_series - 20} more series.`),
  ];
}

// ---- the form

function menus(state, head, change) {
  if (state.type !== 'text/csv') return null;
  const columns = columnsOf(head)
    .filter(c => c !== '')
    .map(c => [c, c]);
  const of = (label, name, choices) =>
    menu(
      label,
      [guess, ...choices],
      state.query[name] ?? '',
      v => {
        state.query[name] = v;
        change();
      },
      {name},
    );
  return h(
    'div',
    {class: 'actions'},
    of('Time', 'time', columns),
    of('Series by', 'id', columns),
    of('Value', 'target', columns),
    of('Known beside it', 'covariates', columns),
    of(
      'Dates are written',
      'date_format',
      formats.map(f => [f, f]),
    ),
    of('Decimals', 'decimal', [
      ['.', '1,234.5'],
      [',', '1.234,5'],
    ]),
    of('Header', 'header', [
      ['yes', 'yes'],
      ['no', 'no'],
    ]),
    of(
      'Step',
      'frequency',
      frequencies.map(f => [f, f]),
    ),
    of(
      'Rows of the same time',
      'aggregate',
      ['mean', 'sum', 'last', 'min', 'max', 'count'].map(a => [a, `their ${a}`]),
    ),
  );
}

function request(state, more) {
  return {
    query: {...state.query, ...more},
    body: state.body,
    type: state.type,
    file: state.file ?? 'FILE',
  };
}

async function store(state, out, signal) {
  const path = `v1/datasets/${encodeURIComponent(state.name)}`;
  try {
    const there = (await api.list('v1/datasets', {signal})).some(d => d.name === state.name);
    if (
      there &&
      !(await ask(`There is a data set '${state.name}' already. Replace it?`, 'Replace'))
    )
      return;
    await api.request('PUT', path, {...request(state), signal, shown: true});
    go(['data', state.name]);
  } catch (error) {
    replace(out, problem(error));
  }
}

function pasteBox(state, change) {
  const area = h('textarea', {
    rows: 10,
    placeholder: 'month,passengers\n1949-01,112\n1949-02,118',
    oninput: e => {
      const text = e.target.value;
      state.body = new Blob([text]);
      if (/^\s*[[{]/.test(text)) state.type = 'application/json';
      else if (/^(#.*\n)*1\t/.test(text)) state.type = 'text/x-conllu';
      else state.type = 'text/csv';
      change();
    },
  });
  return h('label', {class: 'field wide'}, h('span', null, 'Text'), area);
}

export async function renderNew(root, {signal}) {
  const state = {query: {}, ...takeFile()};
  if (!state.type) {
    replace(
      root,
      h('h1', null, 'New data'),
      h('p', {class: 'lead'}, 'A file is looked at before it is stored.'),
      dropZone(),
    );
    return null;
  }
  const pasted = !state.body;
  const out = h('div', {'aria-live': 'polite'}),
    form = h('div'),
    raw = h('div');
  const name = input('Name', {
    value: state.name,
    required: true,
    maxlength: 64,
    pattern: '[a-z0-9][a-z0-9._\\-]{0,63}',
    title: 'small letters, digits, dots, dashes',
    oninput: e => {
      state.name = e.target.value;
    },
  });
  const save = button('Store', () => store(state, out, signal), {class: 'primary', disabled: true});
  let last = 0,
    timer = 0,
    shape = '';

  async function drawMenus() {
    const head = await state.body.slice(0, headBytes).text();
    const now = `${state.type} ${columnsOf(head)}`;
    if (now !== shape) replace(form, menus(state, head, look));
    shape = now;
    if (!pasted)
      replace(
        raw,
        h(
          'details',
          null,
          h('summary', null, 'The file'),
          h('pre', {class: 'code', tabindex: '0'}, head.split('\n').slice(0, 20).join('\n')),
        ),
      );
  }
  async function look() {
    const mine = ++last;
    await drawMenus();
    save.disabled = true;
    if (state.body.size === 0) return;
    try {
      const d = await api.request(
        'PUT',
        `v1/datasets/${encodeURIComponent(state.name || 'data')}`,
        {...request(state, {dry_run: 1, series_limit: 20}), signal, shown: true},
      );
      if (mine !== last) return;
      replace(out, h('h2', null, 'What it is read as'), meaning(d), noteList(d.notes));
      save.disabled = false;
    } catch (error) {
      if (mine === last && error.name !== 'AbortError')
        replace(
          out,
          h('h2', null, 'It cannot be read like this'),
          problem(error),
          ways(error.message),
        );
    }
  }
  // A button for each parameter that the message proposes.
  function ways(sentence) {
    const found = [
      ...sentence.matchAll(
        /\?(time|id|target|date_format|decimal|header|aggregate|frequency)=([^\s,;]+)/g,
      ),
    ];
    return h(
      'div',
      {class: 'actions'},
      found.map(([, name, v]) =>
        button(`Read it with ${name}=${v}`, () => {
          state.query[name] = v;
          shape = '';
          look();
        }),
      ),
    );
  }
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(look, 250);
  };

  replace(
    root,
    h('h1', null, 'New data'),
    h(
      'p',
      {class: 'lead'},
      state.file
        ? `${state.file}: nothing is stored yet.`
        : 'Paste rows or sentences; nothing is stored yet.',
    ),
    pasted && pasteBox(state, soon),
    h(
      'div',
      {class: 'actions'},
      name,
      menu(
        'It is',
        types,
        state.type,
        v => {
          state.type = v;
          look();
        },
        {name: 'type'},
      ),
      save,
    ),
    form,
    out,
    raw,
  );
  if (pasted) state.body = new Blob([]);
  else await look();
  return null;
}
