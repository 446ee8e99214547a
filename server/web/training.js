// training.js - a job while it runs: the loss of training and validation from its event stream.
import {h, replace} from './dom.js';
import * as api from './api.js';
import {LossCurve} from './loss_curve.js';
import {duration, number, percent} from './format.js';

// Follows job id in root until it ends; resolves to the job as it is then.
export async function follow(root, id, {signal} = {}) {
  const line = h('p', {role: 'status'}, 'Waits for a worker …');
  const bar = h('progress', {
    max: 1,
    value: 0,
    class: 'wide',
    'aria-label': 'progress of the training',
  });
  const place = h('div', {class: 'curve'});
  replace(root, line, bar, place);
  const loss = new LossCurve(place, {signal});

  function take(name, data) {
    if (name !== 'progress' || !(data.epoch > (loss.curve.epoch.at(-1) ?? 0))) return;
    loss.add(data);
    bar.value = data.fraction;
    line.textContent =
      `Epoch ${data.epoch} of ${data.epochs}, loss ${number(data.loss)}` +
      (data.eta_seconds
        ? `, ${duration(data.eta_seconds)} left`
        : `, ${percent(100 * data.fraction)}`);
  }
  const path = `v1/jobs/${encodeURIComponent(id)}`;
  await api.events(`${path}/events`, take, {signal});
  clearTimeout(loss.timer);
  await loss.draw();
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
