// loss_curve.js - the loss of a training as a chart that grows with it, with a switch for its scale.
import {h, replace} from './dom.js';
import {lineChart} from './chart.js';
import {addEpoch, emptyCurve, lossSpec} from './loss.js';

export class LossCurve {
  // signal: aborted when the screen is left. log: the scale at first; onlog(log): it was changed.
  constructor(root, {signal, log = false, onlog = () => {}}) {
    this.curve = emptyCurve();
    this.several = false; // several nets were trained: then no epoch is the best
    this.signal = signal;
    this.chart = null;
    this.timer = 0;
    this.plot = h(
      'div',
      {class: 'curve-place'},
      h('p', {class: 'quiet'}, 'The loss is drawn from the second epoch on.'),
    );
    this.log = h('input', {
      type: 'checkbox',
      checked: log,
      onchange: e => {
        onlog(e.target.checked);
        this.draw();
      },
    });
    replace(
      root,
      h(
        'div',
        {class: 'actions'},
        h('label', {class: 'field check'}, this.log, 'logarithmic scale'),
      ),
      this.plot,
    );
    signal?.addEventListener('abort', () => this.free());
  }

  // Takes the data of a progress event.
  add(data) {
    if (addEpoch(this.curve, data)) this.soon();
  }

  // Draws at most a few times a second, and less often if drawing takes long.
  soon() {
    this.timer ||= setTimeout(async () => {
      const began = performance.now();
      await this.draw();
      this.pace = Math.max(200, 4 * (performance.now() - began));
      this.timer = 0;
    }, this.pace ?? 50);
  }

  async draw() {
    if (this.curve.epoch.length < 2 || this.signal?.aborted) return;
    const spec = lossSpec(this.curve, this.log.checked, this.several);
    if (this.chart) this.chart.update(spec);
    else if (!this.making) {
      this.making = true;
      this.chart = await lineChart(this.plot, spec);
      if (this.signal?.aborted) this.free();
    }
  }

  nothing() {
    this.plot.className = '';
    replace(
      this.plot,
      h('p', {class: 'quiet'}, 'Fewer than two epochs were trained: nothing to draw.'),
    );
  }

  free() {
    clearTimeout(this.timer);
    this.chart?.free();
    this.chart = null;
  }
}
