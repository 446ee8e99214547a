// loss.js - the loss of a training, epoch by epoch, as it comes from the history and the events.

const most = 2000; // epochs that are drawn; of a longer training, every second, third, …

export function emptyCurve() {
  return {epoch: [], loss: [], validation: []};
}

// Takes the data of a progress event; returns whether they were new.
export function addEpoch(curve, data) {
  if (data.epoch <= (curve.epoch.at(-1) ?? 0)) return false;
  curve.epoch.push(data.epoch);
  curve.loss.push(data.loss);
  curve.validation.push(data.validation_loss ?? null);
  return true;
}

export function curveOf(history) {
  return {
    epoch: [...history.epoch],
    loss: [...history.loss],
    validation: [...history.validation_loss],
  };
}

// The row with the best validation loss; -1 where none was measured.
export function bestRow(curve) {
  return curve.validation.reduce(
    (b, v, i) => (v !== null && (b < 0 || v < curve.validation[b]) ? i : b),
    -1,
  );
}

// The spec of lineChart(). several: the curve is of several nets, whose losses are not of the same
// data; then none is the best.
export function lossSpec(curve, log, several) {
  const best = bestRow(curve);
  const every = Math.ceil(curve.epoch.length / most);
  const last = curve.epoch.length - 1;
  const rows = curve.epoch
    .map((e, i) => i)
    .filter(i => i % every === 0 || i === best || i === last);
  const of = list => rows.map(i => (log && list[i] <= 0 ? null : list[i]));
  return {
    title: 'Loss',
    xTitle: 'epoch',
    yTitle: log ? 'loss by epoch, on a logarithmic scale' : 'loss by epoch',
    height: 280,
    log,
    selector: false,
    x: of(curve.epoch),
    keepZoom: true,
    lines: [
      {name: 'training', kind: 'observed', values: of(curve.loss)},
      ...(best >= 0 ? [{name: 'validation', kind: 'forecast', values: of(curve.validation)}] : []),
    ],
    marks:
      best >= 0 && !several
        ? [{row: rows.indexOf(best), text: `best: epoch ${curve.epoch[best]}`}]
        : [],
  };
}
