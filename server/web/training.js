// training.js - a job while it runs: the loss of training and validation from its event stream.
import {h, replace} from './dom.js';
import * as api from './api.js';
import {lineChart} from './chart.js';
import {lossSpec} from './loss.js';
import {duration, number, percent} from './format.js';

// Follows job id in root until it ends; resolves to the job as it is then.
export async function follow(root, id, {signal} = {}) {
  const curve = {epoch: [], loss: [], validation: []};
  const line = h('p', {role: 'status'}, 'Waits for a worker …');
  const bar = h('progress', {
    max: 1,
    value: 0,
    class: 'wide',
    'aria-label': 'progress of the training',
  });
  const plot = h('div', {class: 'curve'});
  replace(root, line, bar, plot);
  let chart = null,
    drawing = false,
    late = 0;

  async function draw() {
    if (drawing || curve.epoch.length < 2) return;
    drawing = true;
    const spec = lossSpec(curve);
    if (chart) chart.update(spec);
    else chart = await lineChart(plot, spec);
    drawing = false;
  }
  function take(name, data) {
    if (name === 'progress' && data.epoch > (curve.epoch.at(-1) ?? 0)) {
      curve.epoch.push(data.epoch);
      curve.loss.push(data.loss);
      curve.validation.push(data.validation_loss ?? null);
      bar.value = data.fraction;
      line.textContent =
        `Epoch ${data.epoch} of ${data.epochs}, loss ${number(data.loss)}` +
        (data.eta_seconds
          ? `, ${duration(data.eta_seconds)} left`
          : `, ${percent(100 * data.fraction)}`);
      clearTimeout(late);
      late = setTimeout(draw, 30);
    }
  }
  const path = `v1/jobs/${encodeURIComponent(id)}`;
  signal?.addEventListener('abort', () => chart?.free());
  await api.events(`${path}/events`, take, {signal});
  clearTimeout(late);
  await draw();
  const job = await api.get(path, {query: {wait: 30}, signal});
  bar.value = 1;
  if (job.state === 'succeeded')
    line.textContent =
      `Trained ${job.progress.epoch} epochs in ` +
      `${duration((Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000)}.`;
  else
    line.textContent = `The job has ${job.state === 'failed' ? 'failed' : `ended: ${job.state}`}.`;
  return job;
}
