// job_one.js - one job: its loss while it runs, what it made when it has ended, what to do when it
// has failed.
import {h, replace, table, link, button, ask, announce, problem, go} from '../dom.js';
import * as api from '../api.js';
import {bestRow, curveOf, emptyCurve} from '../loss.js';
import {LossCurve} from '../loss_curve.js';
import {backtestPart} from '../backtest.js';
import {ago, count, duration, number, percent, value} from '../format.js';
import {fitNotes} from '../notes.js';
import {howGood} from '../words.js';
import {has} from '../screens.js';

const ended = job => ['succeeded', 'failed', 'cancelled'].includes(job.state);
const pause = (ms, signal) =>
  new Promise(go => {
    setTimeout(go, ms);
    signal.addEventListener('abort', go);
  });
const tasks = {
  forecast: 'Training of a forecaster',
  tag: 'Training of a tagger',
  backtest: 'Backtest',
};

function lasted(job) {
  return (Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000;
}

// Whether more than one net is trained: for a search, for the origins of a backtest, for the
// members of an ensemble.
function severalNets(job) {
  if (job.task === 'backtest' || job.search) return true;
  return job.params.epochs > 0 && job.progress.epochs > job.params.epochs;
}

// ---- the line about the job's state

function where(job, ahead) {
  const p = job.progress;
  if (job.cancel_requested && !ended(job)) return 'Is being cancelled …';
  if (job.state === 'queued')
    return ahead > 0 ? `Waits; ${count(ahead, 'job')} before it.` : 'Waits for a worker …';
  const done = `${number(p.epoch, 12)} of ${count(p.epochs, 'epoch')}`;
  if (job.state === 'running') {
    return [
      `Epoch ${done}`,
      percent(100 * p.fraction, 2),
      Number.isFinite(p.loss) && `loss ${number(p.loss)}`,
      Number.isFinite(p.validation_loss) && `validation ${number(p.validation_loss)}`,
      p.samples_per_second && `${number(p.samples_per_second, 3)} samples/s`,
      p.eta_seconds && `${duration(p.eta_seconds)} left`,
    ]
      .filter(Boolean)
      .join(', ');
  }
  const time = job.started_at ? ` in ${duration(lasted(job))}` : '';
  if (job.state === 'succeeded') return `${count(p.epoch, 'epoch')}${time}.`;
  const how = job.state === 'failed' ? 'Failed' : 'Cancelled';
  return p.epoch > 0 ? `${how} after ${done}${time}.` : `${how}${time}.`;
}

// ---- the outcome of the job

const advice = [
  [
    /at least|too short|no window|long enough/,
    'Give it more observations, or make window, horizon and test_size smaller.',
  ],
  [
    /memory/,
    'Make hidden_size, batch_size or the data smaller, or let fewer workers train at a time.',
  ],
  [/space|full|disk/, 'Make room on the disk of the service and train again.'],
];

function failure(job) {
  const text = job.error?.detail ?? 'The service gives no reason.';
  const place = job.error?.errors?.find(e => e.pointer)?.pointer;
  return h(
    'div',
    {class: 'problem', role: 'alert'},
    h('p', null, h('b', null, job.error?.title ?? 'The job has failed'), ': ', text),
    place && h('p', null, 'The place: ', h('code', null, place)),
    h(
      'p',
      null,
      (advice.find(([r]) => r.test(text)) ?? [
        0,
        'Change what the message names and train again.',
      ])[1],
    ),
  );
}

async function made(head, more, job, signal) {
  const path = `v1/models/${encodeURIComponent(job.model)}`;
  const query = {version: job.model_version};
  try {
    const [model, e] = await Promise.all([
      api.get(path, {query, signal}),
      api.get(`${path}/evaluation`, {query, signal}),
    ]);
    const there = job.task === 'tag' ? 'tags' : 'models';
    replace(
      head,
      h('p', {class: 'verdict'}, howGood(e, model.series?.[0]?.frequency)),
      fitNotes(job),
      h(
        'p',
        null,
        'It made ',
        h(
          'a',
          {href: link([there, job.model], query)},
          `version ${job.model_version} of ${job.model}`,
        ),
        ', with ',
        value(model.parameter_count),
        ' weights.',
      ),
    );
    if (e.search) replace(more, trials(e.search));
  } catch (error) {
    if (error.status !== 404) throw error;
    const name = `version ${job.model_version} of ${job.model}`;
    replace(head, h('p', {class: 'note'}, `What it made, ${name}, is not there any more.`));
  }
}

// What a search tried: the parameters in which the trials differ.
function trials(search) {
  const names = Object.keys(search.tried[0]?.params ?? {}).filter(k =>
    search.tried.some(t => t.params[k] !== search.tried[0].params[k]),
  );
  const rows = search.tried
    .map((t, i) => ({t, i}))
    .sort((a, b) => (a.t.score ?? Infinity) - (b.t.score ?? Infinity));
  return [
    h('h2', null, 'What the search tried'),
    table(
      'Trials',
      [
        {title: 'Trial', number: true},
        {title: 'Error', number: true, hint: 'Error of the backtest; smaller is better'},
        ...names.map(n => ({title: n, number: true})),
      ],
      rows.map(({t, i}) => [
        i === search.best ? h('b', null, `${i} (best)`) : i,
        value(t.score),
        ...names.map(n =>
          typeof t.params[n] === 'number' ? value(t.params[n]) : String(t.params[n]),
        ),
      ]),
    ),
  ];
}

// Draws the outcome of the job: a sentence into head, the details into more.
async function drawOutcome(head, more, job, signal) {
  if (job.state === 'failed') replace(head, failure(job));
  else if (job.state === 'cancelled')
    replace(head, h('p', {class: 'verdict'}, 'It was cancelled; no model was made of it.'));
  else if (job.task === 'backtest')
    replace(head, h('p', {class: 'verdict'}, await backtestPart(more, job, signal)));
  else await made(head, more, job, signal);
}

// ---- the screen

class JobScreen {
  constructor(root, job, params, write) {
    Object.assign(this, {root, job, params, write});
    this.path = `v1/jobs/${encodeURIComponent(job.id)}`;
    this.line = h('p', {class: 'progress-line'});
    this.spoken = h('p', {class: 'hidden', role: 'status'});
    this.bar = h('progress', {
      max: 1,
      value: 0,
      class: 'wide',
      'aria-label': 'progress of the job',
    });
    this.trouble = h('div');
    this.result = h('div');
    this.more = h('div');
    this.nets = h('p', {class: 'quiet'});
    this.actions = h('div', {class: 'actions'});
    this.facts = h('div');
    const curve = h('div');
    replace(
      root,
      h('h1', null, job.model ?? `Backtest of ${job.dataset}`),
      h(
        'p',
        {class: 'lead'},
        `${tasks[job.task]}${job.search ? ' with a search for its parameters' : ''}, on `,
        h('a', {href: link(['data', job.dataset])}, job.dataset),
        job.warm_start_from && `, from the weights of ${job.warm_start_from}`,
        '.',
      ),
      this.result,
      this.line,
      this.bar,
      this.spoken,
      this.trouble,
      this.actions,
      this.more,
      h('h2', null, 'Loss'),
      this.nets,
      curve,
      h('h2', null, 'What it was asked for'),
      this.facts,
    );
    this.loss = new LossCurve(curve, {
      signal: params.signal,
      log: params.query.log === '1',
      onlog: log => params.set({log: log ? 1 : null}),
    });
  }

  tell(text) {
    if (this.spoken.textContent !== text) this.spoken.textContent = text;
  }

  async cancel() {
    if (
      !(await ask(
        'Cancel this job? What it has learned so far is lost.',
        'Cancel the job',
        'Let it run',
      ))
    )
      return;
    try {
      await api.post(`${this.path}/cancel`, undefined, {shown: true});
      this.job.cancel_requested = true;
      this.draw();
    } catch (error) {
      announce(error.message);
    }
  }

  async remove() {
    if (!(await ask('Delete this job with its history? The model that it made stays.', 'Delete')))
      return;
    try {
      await api.request('DELETE', this.path, {shown: true});
      go(['jobs']);
    } catch (error) {
      announce(error.message);
    }
  }

  drawActions() {
    const over = ended(this.job);
    if (this.drawn === `${over} ${this.job.cancel_requested}`) return;
    this.drawn = `${over} ${this.job.cancel_requested}`;
    replace(
      this.actions,
      this.write &&
        (over
          ? [
              has('train') &&
                h(
                  'a',
                  {class: 'button', href: link(['train'], {job: this.job.id})},
                  'Train again with changes',
                ),
              button('Delete', () => this.remove(), {class: 'danger'}),
            ]
          : button('Cancel', () => this.cancel(), {
              class: 'danger',
              disabled: this.job.cancel_requested,
            })),
    );
  }

  drawFacts() {
    const j = this.job;
    const fact = (name, v) =>
      v !== null && v !== undefined && [h('dt', null, name), h('dd', null, v)];
    replace(
      this.facts,
      h(
        'dl',
        {class: 'facts'},
        fact('Job', j.id),
        fact('Asked for', ago(j.created_at)),
        j.started_at && fact('Began', ago(j.started_at)),
        j.finished_at && fact('Ended', ago(j.finished_at)),
        fact('Windows', j.windows),
        fact('Horizon', j.horizon),
        fact('Step', j.step),
        fact('Judged by', j.validation_dataset),
        j.search &&
          fact(
            'Search',
            `${count(j.search.trials, 'trial')}, at most ${duration(j.search.time_limit_seconds)}`,
          ),
        fact('Note', j.note),
      ),
      h(
        'details',
        null,
        h('summary', null, `Parameters: recipe ${j.params.recipe}`),
        h(
          'dl',
          {class: 'facts'},
          Object.entries(j.params).map(([k, v]) =>
            fact(k, typeof v === 'number' ? value(v) : String(v)),
          ),
        ),
      ),
    );
  }

  draw() {
    const text = where(this.job, this.ahead);
    this.line.textContent = text;
    this.bar.hidden = ended(this.job);
    this.bar.value = this.job.progress.fraction;
    this.loss.several = severalNets(this.job);
    this.nets.textContent = this.loss.several
      ? 'Several nets are trained, one behind the other: the curve begins anew with each.'
      : '';
    this.drawActions();
  }

  take(name, data) {
    if (name === 'state') {
      if (data.state === 'running' && this.loss.curve.epoch.length > 0 && this.again)
        this.loss.curve = emptyCurve();
      this.again = data.state === 'running';
      this.job.state = data.state;
      this.job.error = data.error ?? this.job.error;
      this.tell(`The job is ${data.state}.`);
    } else if (name === 'progress') {
      this.loss.add(data);
      this.job.progress = data;
    }
    if (!ended(this.job)) this.draw();
  }

  async position() {
    if (this.job.state !== 'queued') return;
    const waiting = await api.list('v1/jobs', {
      query: {state: 'queued'},
      signal: this.params.signal,
      most: 200,
    });
    this.ahead = waiting.filter(j => j.id < this.job.id).length;
    this.draw();
  }

  // Follows the job until it has ended, and connects again when the stream breaks off.
  async follow() {
    const {signal} = this.params;
    while (!ended(this.job) && !signal.aborted) {
      try {
        await this.position();
        this.again = false;
        await api.events(`${this.path}/events`, (name, data) => this.take(name, data), {signal});
        this.job = await api.get(this.path, {signal});
        replace(this.trouble);
      } catch (error) {
        if (error.name === 'AbortError') return;
        if (error.status === 404 || error.status === 401 || error.status === 403) throw error;
        replace(
          this.trouble,
          h('p', {class: 'note', role: 'status'}, 'The connection broke off; it is tried again.'),
        );
      }
      if (!ended(this.job)) await pause(2000, signal);
    }
    if (!signal.aborted) await this.end();
  }

  async end() {
    const {signal} = this.params;
    this.job = await api.get(this.path, {signal, shown: true});
    this.loss.curve = curveOf(await api.get(`${this.path}/history`, {signal}));
    if (this.loss.curve.epoch.length < 2) this.loss.nothing();
    clearTimeout(this.loss.timer);
    this.draw();
    await this.loss.draw();
    const best = bestRow(this.loss.curve);
    const {validation, epoch} = this.loss.curve;
    if (best >= 0 && this.job.state === 'succeeded' && !this.loss.several)
      this.line.append(
        ` Best validation loss: ${number(validation[best])}, in epoch ${epoch[best]}.`,
      );
    await drawOutcome(this.result, this.more, this.job, signal);
    this.drawFacts();
    this.tell(`The job has ${this.job.state === 'cancelled' ? 'been cancelled' : this.job.state}.`);
  }
}

export async function renderJob(root, params) {
  const {signal} = params;
  const [job, write] = await Promise.all([
    api.get(`v1/jobs/${encodeURIComponent(params.path[0])}`, {signal, shown: true}),
    api.mayWrite(),
  ]);
  const screen = new JobScreen(root, job, params, write);
  screen.draw();
  screen.drawFacts();
  // Not awaited, so that the screen is shown while the job runs.
  screen.follow().catch(error => {
    if (error.name === 'AbortError') return;
    replace(screen.trouble, problem(error));
    if (!(error instanceof api.ApiError)) console.error(error);
  });
  return {leave: () => screen.loss.free()};
}
