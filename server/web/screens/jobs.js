// jobs.js - all jobs, the running ones first; or one of them.
import {h, replace, table, link, empty, menu} from '../dom.js';
import * as api from '../api.js';
import {ago, duration, percent} from '../format.js';
import {errorCells} from '../words.js';
import {has} from '../screens.js';
import {renderJob} from './job_one.js';

export const title = 'Jobs';

const states = ['', 'queued', 'running', 'succeeded', 'failed', 'cancelled'];

function took(j) {
  if (!j.started_at) return '–';
  return duration((Date.parse(j.finished_at ?? new Date()) - Date.parse(j.started_at)) / 1000);
}

function stateOf(j) {
  if (j.state !== 'running') return h('span', {class: j.state === 'failed' ? 'bad' : ''}, j.state);
  return h(
    'span',
    {class: 'nowrap'},
    h('progress', {max: 1, value: j.progress?.fraction ?? 0, 'aria-label': `progress of ${j.id}`}),
    ` ${percent(100 * (j.progress?.fraction ?? 0), 2)}`,
  );
}

function rowOf(j) {
  return [
    h('a', {href: link(['jobs', j.id]), title: j.id}, j.model ?? `backtest of ${j.dataset}`),
    j.task,
    h('a', {href: link(['data', j.dataset])}, j.dataset),
    stateOf(j),
    j.state === 'succeeded' ? errorCells(j.metrics)[0] : '–',
    took(j),
    ago(j.created_at),
  ];
}

export async function render(root, params) {
  if (params.path[0]) return renderJob(root, params);
  const {signal, query} = params;
  const part = h('div');
  const filter = () => ({state: query.state, model: query.model});
  async function draw() {
    const jobs = await api.list('v1/jobs', {query: filter(), signal, most: 200, shown: true});
    replace(
      part,
      jobs.length === 0
        ? empty(
            query.state || query.model
              ? 'No such job. '
              : 'No job has run yet. A training is a job: choose a ',
            h('a', {href: link(['data'])}, 'data set'),
            ' and train a model of it.',
          )
        : table(
            'Jobs',
            [
              {title: 'Job'},
              {title: 'Task'},
              {title: 'Data'},
              {title: 'State'},
              {title: 'Error', number: true},
              {title: 'Took', number: true},
              {title: 'Asked for'},
            ],
            jobs.map(rowOf),
          ),
    );
  }
  replace(
    root,
    h('h1', null, 'Jobs'),
    h('p', {class: 'lead'}, 'Trainings and backtests: what waits, what runs, and what has ended.'),
    h(
      'div',
      {class: 'actions'},
      menu(
        'State',
        states.map(s => [s, s || 'all']),
        query.state ?? '',
        v => {
          params.set({state: v || null});
          draw();
        },
      ),
      has('train') &&
        (await api.mayWrite()) &&
        h('a', {class: 'button', href: link(['train'])}, 'Train'),
    ),
    part,
  );
  await draw();
  let before = null;
  const stop = api.watchJobs(({running, error}) => {
    if (!running) return;
    const now = JSON.stringify(running.map(j => [j.id, j.progress?.epoch]));
    if (!error && before !== null && now !== before && !signal.aborted) draw().catch(() => {});
    before = error ? before : now;
  });
  return {leave: stop};
}
