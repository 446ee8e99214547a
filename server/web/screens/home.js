// home.js - the first screen: running jobs, models and data sets; on an empty service three
// examples.
import {h, replace, table, empty, link} from '../dom.js';
import * as api from '../api.js';
import {ago, bytes, duration, number, percent} from '../format.js';
import {errorCells} from '../words.js';
import {examples} from '../examples.js';
import {has} from '../screens.js';
import {dropZone, sizeOf} from '../upload.js';

export const title = 'Home';

// ---- parts

function cards() {
  return h(
    'ul',
    {class: 'cards'},
    Object.entries(examples).map(([name, e]) =>
      h(
        'li',
        null,
        h(
          'a',
          {class: 'card', href: link(['start', name])},
          h('strong', null, name),
          e.picture(),
          h('p', null, e.text),
        ),
      ),
    ),
  );
}

function progressOf(job) {
  const p = job.progress ?? {};
  return h(
    'span',
    null,
    h('progress', {
      max: 1,
      value: p.fraction ?? 0,
      'aria-label': `progress of ${job.model ?? job.dataset}`,
    }),
    ` ${percent(100 * (p.fraction ?? 0), 2)}`,
    p.eta_seconds ? `, ${duration(p.eta_seconds)} left` : '',
  );
}

function jobsPart(jobs) {
  if (jobs.length === 0)
    return empty(
      'No job has run yet. A training is a job: choose a data set and train a model of it.',
    );
  const rows = jobs.map(j => [
    has('jobs')
      ? h('a', {href: link(['jobs', j.id])}, j.model ?? j.dataset)
      : (j.model ?? j.dataset),
    j.task,
    j.state === 'running'
      ? progressOf(j)
      : h('span', {class: j.state === 'failed' ? 'bad' : ''}, j.state),
    ago(j.finished_at ?? j.started_at ?? j.created_at),
  ]);
  return table('Jobs', [{title: 'Job'}, {title: 'Task'}, {title: 'State'}, {title: 'Since'}], rows);
}

function modelsPart(models) {
  if (models.length === 0) return empty('No model yet.');
  const rows = models.map(m => {
    const [mine, base] = errorCells(m.metrics);
    return [
      h('a', {href: link(['models', m.name])}, m.name),
      m.task,
      mine,
      base,
      m.dataset ? h('a', {href: link(['data', m.dataset])}, m.dataset) : '–',
      m.version,
      ago(m.created_at),
    ];
  });
  return table(
    'Models',
    [
      {title: 'Model'},
      {title: 'Task'},
      {title: 'Error', number: true},
      {title: 'Baseline', number: true, hint: 'The same measure of repeating the season before'},
      {title: 'Data'},
      {title: 'Version', number: true},
      {title: 'Trained'},
    ],
    rows,
  );
}

function dataPart(sets) {
  if (sets.length === 0) return empty('No data yet.');
  return table(
    'Data sets',
    [{title: 'Data set'}, {title: 'Kind'}, {title: 'Size'}, {title: 'Changed'}],
    sets.map(d => [
      h('a', {href: link(['data', d.name])}, d.name),
      d.kind === 'tagged' ? 'tagged words' : d.kind,
      sizeOf(d),
      ago(d.updated_at ?? d.created_at),
    ]),
  );
}

function machinePart(text) {
  const of = name =>
    Number(new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (\\S+)`, 'm').exec(text)?.[1] ?? NaN);
  const fact = (name, v) => [h('dt', null, name), h('dd', null, v)];
  return h(
    'dl',
    {class: 'facts'},
    fact(
      'Workers that train',
      `${number(of('lstmd_workers_busy'))} of ${number(of('lstmd_workers'))} busy`,
    ),
    fact('Jobs that wait', number(of('lstmd_jobs{state="queued"}'))),
    fact('Memory', bytes(of('process_resident_memory_bytes'))),
    fact('Database', bytes(of('lstmd_database_bytes'))),
    of('lstmd_database_writable') === 0 && fact('Trouble', 'The database cannot be written to.'),
  );
}

// ---- the screen

function greet(root, writes) {
  if (!writes) {
    replace(
      root,
      h('h1', null, 'Home'),
      empty('There is nothing here yet, and the key of this page may change nothing.'),
    );
    return;
  }
  replace(
    root,
    h('h1', null, 'What comes next?'),
    h(
      'p',
      {class: 'lead'},
      'lstmd forecasts series and tags words. Begin with an example, or with data of your own.',
    ),
    cards(),
    dropZone(),
  );
}

async function everything(signal) {
  const [sets, models, jobs, metrics] = await Promise.all([
    api.list('v1/datasets', {signal, most: 200}),
    api.list('v1/models', {signal, most: 200}),
    api.list('v1/jobs', {query: {limit: 8}, signal, most: 8}),
    api.get('metrics', {signal, as: 'text', accept: 'text/plain'}).catch(() => ''),
  ]);
  return {sets, models, jobs: jobs.slice(0, 8), metrics};
}

function draw(parts, all) {
  replace(parts.jobs, jobsPart(all.jobs));
  replace(parts.models, modelsPart(all.models));
  replace(parts.data, dataPart(all.sets));
  replace(parts.machine, machinePart(all.metrics));
}

export async function render(root, params) {
  const [first, writes] = await Promise.all([everything(params.signal), api.mayWrite()]);
  if (first.sets.length + first.models.length + first.jobs.length === 0) {
    greet(root, writes);
    return null;
  }
  const parts = {jobs: h('div'), models: h('div'), data: h('div'), machine: h('div')};
  replace(
    root,
    h('h1', null, 'Home'),
    h('p', {class: 'lead'}, 'What runs on this service, and what there is.'),
    h(
      'div',
      {class: 'columns'},
      h('div', null, h('h2', null, 'Jobs'), parts.jobs),
      h('div', null, h('h2', null, 'Machine'), parts.machine),
    ),
    h('h2', null, 'Models'),
    parts.models,
    h('h2', null, 'Data'),
    parts.data,
    writes && [h('h2', null, 'Begin'), cards(), dropZone()],
  );
  draw(parts, first);

  // watchJobs() requests the running jobs; everything else is requested when they have changed.
  let before = '';
  const stop = api.watchJobs(async ({running, error}) => {
    if (error || !running || params.signal.aborted) return;
    const now = running.map(j => j.id).join();
    const changed = now !== before;
    before = now;
    try {
      if (changed) draw(parts, await everything(params.signal));
      else if (running.length > 0)
        replace(
          parts.jobs,
          jobsPart([...running, ...first.jobs.filter(j => !running.some(r => r.id === j.id))]),
        );
    } catch {
      /* watchJobs() shows the error */
    }
  });
  return {leave: stop};
}
