// system.js - the state of the service: requests, latencies, queue, cache and database, updated
// while the screen is open; and the key that this page sends.
import {h, replace, table, button} from '../dom.js';
import * as api from '../api.js';
import {lineChart} from '../chart.js';
import {auditPart} from '../audit.js';
import {configPart} from '../configuration.js';
import {ago, bytes, count, number, percent} from '../format.js';
import {quantile, readMetrics, routes, sum} from '../metrics.js';

export const title = 'System';

const every = 5000, // ms
  soon = 1000;
const most = 360; // moments that are kept: half an hour

// The moments so far, kept while the page is open: {at, metrics}.
const moments = [];

const mebi = 1024 * 1024;
const ms = v => (v === null || !Number.isFinite(v) ? null : 1000 * v);
const rate = (name, labels) => (now, before, seconds) =>
  before ? Math.max(0, sum(now, name, labels) - sum(before, name, labels)) / seconds : null;
const gauge =
  (name, labels, scale = 1) =>
  now =>
    sum(now, name, labels) / scale;

// The charts: lines of [name, kind, f(now, before, seconds)]; text(values) makes the text above.
const panels = [
  {
    title: 'Requests',
    unit: 'a second',
    lines: [
      ['answered', 'observed', rate('lstmd_http_requests_total')],
      ['refused', 'second', rate('lstmd_http_requests_refused_total')],
    ],
    text: ([all]) => (all === null ? '…' : `${number(all, 3)} a second`),
  },
  {
    title: 'Latency',
    unit: 'ms',
    lines: [
      ['half within', 'observed', (now, before) => before && ms(quantile(0.5, now, before))],
      ['95 % within', 'second', (now, before) => before && ms(quantile(0.95, now, before))],
    ],
    text: ([half, most]) =>
      half === null
        ? 'no request just now'
        : `${number(half, 3)} ms; 95 % within ${number(most, 3)} ms`,
  },
  {
    title: 'Queue',
    unit: 'requests and jobs',
    lines: [
      ['requests that wait', 'observed', gauge('lstmd_http_requests_waiting')],
      ['jobs that wait', 'forecast', gauge('lstmd_jobs', {state: 'queued'})],
    ],
    text: ([requests, jobs]) => `${count(requests, 'request')} and ${count(jobs, 'job')} wait`,
  },
  {
    title: 'Workers',
    unit: 'workers',
    lines: [
      ['train', 'forecast', gauge('lstmd_workers_busy')],
      ['there are', 'baseline', gauge('lstmd_workers')],
    ],
    text: ([busy, all]) => `${number(busy)} of ${number(all)} train`,
  },
  {
    title: 'Cache of models',
    unit: 'MiB',
    lines: [['loaded models', 'observed', gauge('lstmd_model_cache_bytes', {}, mebi)]],
    text: ([size], now) => {
      const hits = sum(now, 'lstmd_model_cache_hits_total'),
        misses = sum(now, 'lstmd_model_cache_misses_total');
      return (
        `${count(sum(now, 'lstmd_model_cache_models'), 'model')}, ${bytes(size * mebi)}` +
        (hits + misses > 0 ? `; ${percent((100 * hits) / (hits + misses), 3)} found there` : '')
      );
    },
  },
  {
    title: 'Database',
    unit: 'MiB',
    lines: [['size with its log', 'observed', gauge('lstmd_database_bytes', {}, mebi)]],
    text: ([size], now) =>
      `${bytes(size * mebi)}` +
      (sum(now, 'lstmd_database_writable') === 0 ? ', cannot be written to' : ''),
  },
  {
    title: 'Memory',
    unit: 'MiB',
    lines: [['resident', 'observed', gauge('process_resident_memory_bytes', {}, mebi)]],
    text: ([size]) => bytes(size * mebi),
  },
  {
    title: 'Training',
    unit: 'samples a second',
    lines: [['trained', 'forecast', rate('lstmd_training_samples_total')]],
    text: ([n]) => (n === null ? '…' : `${number(n, 3)} samples a second`),
  },
];

function valuesOf(panel, i) {
  const now = moments[i],
    before = moments[i - 1];
  // After a pause, or a new start of the service, there is no moment to compare with.
  const whole = before && now.at - before.at < 3 * every && now.start === before.start;
  return panel.lines.map(([, , f]) => {
    const v = f(
      now.metrics,
      whole ? before.metrics : null,
      whole ? (now.at - before.at) / 1000 : 1,
    );
    return Number.isFinite(v) ? v : null;
  });
}

// A time in the time zone of the browser.
function localTime(at) {
  const zone = new Date(at).getTimezoneOffset() * 60000;
  return new Date(at - zone).toISOString().slice(0, 19);
}

function specOf(panel) {
  const all = moments.map((m, i) => valuesOf(panel, i));
  return {
    title: panel.title,
    yTitle: panel.unit,
    height: 120,
    selector: false,
    zero: true,
    keepZoom: true,
    time: moments.map(m => localTime(m.at)),
    lines: panel.lines.map(([name, kind], k) => ({name, kind, values: all.map(v => v[k])})),
  };
}

// ---- the key

const scopes = {
  read: 'read',
  predict: 'forecast and tag',
  train: 'change data, jobs and models',
  admin: 'manage keys and see the configuration',
};

function keyPart(again) {
  const state = h('p', {role: 'status'}),
    field = h('input', {
      type: 'password',
      autocomplete: 'off',
      id: 'key',
      'aria-describedby': 'key-help',
    });
  const part = h('div');
  async function tell() {
    const own = await api.ownKey();
    const may = own.scopes.map(s => scopes[s] ?? s).join(', ');
    if (!api.key()) state.textContent = may ? 'No key is sent, and none is needed.' : 'No key is sent.';
    else
      replace(
        state,
        own.name ? ['The key ', h('b', null, own.name), ' is sent'] : 'A key is sent',
        `; it may ${may || 'nothing'}.`,
        own.names ? ` It is for names like ${own.names}.` : '',
        own.expires_at ? ` It expires on ${own.expires_at.slice(0, 10)}.` : '',
      );
  }
  async function use(key) {
    const old = api.key();
    api.setKey(key);
    try {
      await api.get('v1/datasets', {query: {limit: 1}});
      field.value = '';
      again();
    } catch (error) {
      if (key && (error.status === 401 || error.status === 403)) api.setKey(old);
      state.textContent = error.message;
      if (!key) again();
    }
  }
  replace(
    part,
    state,
    h(
      'form',
      {
        class: 'actions',
        onsubmit: e => {
          e.preventDefault();
          if (field.value.trim()) use(field.value.trim());
        },
      },
      h('label', {class: 'field', for: 'key'}, h('span', null, 'Key'), field),
      h('button', null, 'Log in'),
      api.key() && button('Log out', () => use('')),
    ),
    h(
      'p',
      {class: 'quiet small', id: 'key-help'},
      'It stays in this tab until that is closed, and is sent to this service alone.',
    ),
  );
  tell();
  return part;
}

// ---- tables

function routesPart(metrics) {
  const show = v =>
    v === null || !Number.isFinite(v)
      ? '–'
      : h('span', {title: `${v} s`}, `${number(1000 * v, 3)} ms`);
  return table(
    'Requests by route',
    [
      {title: 'Method'},
      {title: 'Route'},
      {title: 'Answered', number: true},
      {title: '4xx', number: true, hint: 'Refused: the request was at fault'},
      {title: '5xx', number: true, hint: 'Failed: the service was at fault or busy'},
      {title: 'Mean', number: true},
      {title: '95 % within', number: true},
    ],
    routes(metrics).map(r => [
      r.method,
      h('code', null, r.route),
      number(r.requests, 12),
      number(r.bad, 12),
      number(r.failed, 12),
      show(r.mean),
      show(r.p95),
    ]),
  );
}

function factsPart(version, metrics) {
  const fact = (name, v) => [h('dt', null, name), h('dd', null, v)];
  const of = name => sum(metrics, name);
  return h(
    'dl',
    {class: 'facts'},
    fact('Version', version.version),
    fact('Started', ago(version.started_at)),
    fact('Computes in', version.arithmetic),
    fact('Compiler', version.compiler),
    fact('Schema of the database', version.schema_version),
    fact('Data sets', number(sum(metrics, 'lstmd_datasets'))),
    fact('Models', [
      number(of('lstmd_models')),
      ', ',
      count(of('lstmd_model_versions'), 'version'),
    ]),
    fact('Connections', number(sum(metrics, 'lstmd_http_connections'))),
  );
}

// ---- the screen

async function look(signal) {
  const text = await api.get('metrics', {signal, as: 'text', accept: 'text/plain', shown: true});
  const metrics = readMetrics(text);
  moments.push({at: Date.now(), metrics, start: sum(metrics, 'process_start_time_seconds')});
  if (moments.length > most) moments.shift();
  api.tellRunning(sum(metrics, 'lstmd_jobs', {state: 'running'}), every);
  return metrics;
}

function panelOf(panel) {
  const text = h('p', {class: 'panel-text'}),
    plot = h(
      'div',
      {class: 'panel-plot'},
      h('p', {class: 'quiet small'}, 'The curve begins in a second.'),
    );
  let chart = null,
    making = false;
  return {
    element: h('section', {class: 'panel'}, h('h2', null, panel.title), text, plot),
    async draw() {
      text.textContent = panel.text(valuesOf(panel, moments.length - 1), moments.at(-1).metrics);
      if (moments.length < 2 || making) return;
      if (chart) chart.update(specOf(panel));
      else {
        making = true;
        chart = await lineChart(plot, specOf(panel));
        making = false;
      }
    },
    free: () => chart?.free(),
  };
}

export async function render(root, params) {
  const {signal} = params;
  const last = moments.at(-1);
  const first = last && Date.now() - last.at < every ? last.metrics : await look(signal);
  const [version, admin] = await Promise.all([
    api.get('version', {signal}),
    api.may('admin'),
  ]);
  const drawn = panels.map(panelOf);
  const byRoute = h('div'),
    trouble = h('div');
  replace(
    root,
    h('h1', null, 'System'),
    h(
      'p',
      {class: 'lead'},
      'How the service is, looked at every five seconds while this screen is open.',
    ),
    trouble,
    h(
      'div',
      {class: 'panels'},
      drawn.map(p => p.element),
    ),
    h('h2', null, 'Requests by route'),
    byRoute,
    h(
      'div',
      {class: 'columns'},
      h('div', null, h('h2', null, 'The service'), factsPart(version, first)),
      h('div', null, h('h2', null, 'Key'), keyPart(() => render(root, params))),
    ),
    admin && [h('h2', null, 'Configuration'), configPart(signal)],
    admin && [h('h2', null, 'Audit'), auditPart(signal)],
  );
  const draw = metrics => {
    for (const p of drawn) p.draw();
    replace(byRoute, routesPart(metrics));
  };
  draw(first);
  let timer = 0;
  async function again() {
    if (signal.aborted) return;
    if (!document.hidden) {
      try {
        draw(await look(signal));
        replace(trouble);
      } catch (error) {
        if (error.name === 'AbortError') return;
        replace(trouble, h('p', {class: 'note', role: 'status'}, error.message));
      }
    }
    timer = setTimeout(again, every);
  }
  timer = setTimeout(again, soon); // a curve needs two moments
  const leave = () => {
    clearTimeout(timer);
    for (const p of drawn) p.free();
  };
  return {leave};
}
