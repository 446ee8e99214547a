// chart.js - the one place that knows dygraphs: lines over time or numbers, with bands, gaps, the
// line where a forecast begins, calendar ticks, both colour schemes, the keyboard, and a table of
// the same numbers.
import {h, replace, table} from './dom.js';
import {number, instant, areTimes} from './format.js';
import {calendarTicks, plainTicks} from './ticks.js';

const height = 320;
const selectorFrom = 200; // a chart of at least so many points has a range selector below it

// The library is loaded with the first chart. Its legend sets style attributes, which the policy of
// the page forbids, and is not used.
let library = null;
function dygraphs() {
  library ??= new Promise((go, fail) => {
    const script = h('script', {
      src: new URL('dygraphs.js', import.meta.url).href,
      onload: () => {
        const D = window.Dygraph;
        D.PLUGINS = D.PLUGINS.filter(p => p !== D.Plugins.Legend);
        go(D);
      },
      onerror: () => fail(new Error('The charts could not be loaded.')),
    });
    document.head.append(script);
  });
  return library;
}

// ---- colours

// Colour, width and dashes of a line, by its kind.
const looks = {
  observed: {colour: '--observed', strokeWidth: 1.3},
  forecast: {colour: '--accent', strokeWidth: 2},
  truth: {colour: '--warm', strokeWidth: 1.6, strokePattern: [6, 4]},
  baseline: {colour: '--baseline', strokeWidth: 1},
  second: {colour: '--warm', strokeWidth: 1.6},
  replaced: {colour: '--quiet', strokeWidth: 1},
};

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// ---- data

// Dots mark values of other lines. dygraphs does not get them: it would stretch y to the nearest
// ones outside of what is shown.
const drawn = spec => spec.lines.filter(l => !l.points);

// The columns that dygraphs gets: x, one for each line, and the bounds of the bands. It does not
// draw the bands, but its range of y includes them.
function rowsOf(spec, x) {
  const bounds = (spec.bands ?? []).flatMap(b => [b.lower, b.upper]);
  return x.map((at, i) => [
    at,
    ...drawn(spec).map(l => l.values[i] ?? null),
    ...bounds.map(b => b[i] ?? null),
  ]);
}

function namesOf(spec) {
  return [
    'x',
    ...drawn(spec).map((l, i) => `${i} ${l.name}`),
    ...(spec.bands ?? []).flatMap((b, i) => [`lower ${i}`, `upper ${i}`]),
  ];
}

function seriesOptions(spec) {
  const options = {};
  const names = namesOf(spec);
  drawn(spec).forEach((l, i) => {
    const {colour: name, ...look} = looks[l.kind] ?? looks.observed;
    options[names[i + 1]] = {
      color: colour(name),
      ...look,
      showInRangeSelector: true,
    };
  });
  for (const name of names.slice(1 + drawn(spec).length))
    options[name] = {
      strokeWidth: 0,
      highlightCircleSize: 0,
      color: 'transparent',
      drawPoints: false,
      showInRangeSelector: false,
    };
  return options;
}

// ---- what lies under the lines

function band(context, g, x, b, fill) {
  let open = false;
  context.fillStyle = fill;
  for (let i = 0; i <= x.length; i++) {
    const there = i < x.length && b.lower[i] != null && b.upper[i] != null;
    if (there && !open) {
      let k = i;
      context.beginPath();
      for (; k < x.length && b.lower[k] != null && b.upper[k] != null; k++)
        context.lineTo(g.toDomXCoord(x[k]), g.toDomYCoord(b.upper[k]));
      for (k--; k >= i; k--) context.lineTo(g.toDomXCoord(x[k]), g.toDomYCoord(b.lower[k]));
      context.closePath();
      context.fill();
    }
    open = there;
  }
}

// Strips where values are missing.
function gap(context, area, g, x, {from, to}) {
  const edge = (a, b) => g.toDomXCoord(x[b] === undefined ? x[a] : (x[a] + x[b]) / 2);
  const left = edge(from, from - 1),
    right = edge(to, to + 1);
  context.fillRect(left, area.y, Math.max(1, right - left), area.h);
}

// Hollow dots, or larger rings around what the line shows.
function dots(context, g, x, l) {
  context.strokeStyle = colour((looks[l.kind] ?? looks.observed).colour);
  context.lineWidth = 1.5;
  l.values.forEach((v, i) => {
    if (v === null || v === undefined) return;
    context.beginPath();
    context.arc(g.toDomXCoord(x[i]), g.toDomYCoord(v), l.points === 'ring' ? 6 : 3, 0, 2 * Math.PI);
    context.stroke();
  });
}

// A dotted line with a word beside it, on the side that has room.
function mark(context, area, at, text) {
  context.strokeStyle = colour('--quiet');
  context.fillStyle = colour('--quiet');
  context.setLineDash([2, 3]);
  context.beginPath();
  context.moveTo(at, area.y);
  context.lineTo(at, area.y + area.h);
  context.stroke();
  context.setLineDash([]);
  context.font = '12px system-ui, sans-serif';
  let width = context.measureText(text).width;
  if (Math.max(at - area.x, area.x + area.w - at) < width + 8) {
    text = text.split(' ').at(-1); // no side has room for more than the time
    width = context.measureText(text).width;
  }
  const right = at + width + 8 < area.x + area.w;
  context.textAlign = right ? 'left' : 'right';
  if (at >= area.x && at <= area.x + area.w)
    context.fillText(text, at + (right ? 4 : -4), area.y + 12);
}

function underlay(spec, x) {
  return (context, area, g) => {
    const wide = (spec.bands ?? []).length > 1;
    context.save();
    context.beginPath();
    context.rect(area.x, area.y, area.w, area.h);
    context.clip();
    context.fillStyle = colour('--gap');
    for (const run of spec.gaps ?? []) gap(context, area, g, x, run);
    (spec.bands ?? []).forEach((b, i) =>
      band(context, g, x, b, colour(wide && i === 0 ? '--band-wide' : '--band-narrow')),
    );
    for (const l of spec.lines) if (l.points) dots(context, g, x, l);
    for (const m of spec.marks ?? []) mark(context, area, g.toDomXCoord(x[m.row]), m.text);
    context.restore();
  };
}

// ---- readout, keyboard

function readoutText(spec, row) {
  const parts = [spec.time?.[row] ?? `${spec.xTitle ?? 'row'} ${spec.x[row]}`];
  spec.lines.forEach(l => {
    if (l.values[row] != null && !(l.hideAtJoin && row === spec.join))
      parts.push(`${l.name} ${number(l.values[row])}`);
  });
  (spec.bands ?? []).forEach(b => {
    if (b.lower[row] != null && row !== spec.join)
      parts.push(`${b.name} ${number(b.lower[row])} to ${number(b.upper[row])}`);
  });
  return parts.join('   ');
}

function hasValue(spec, row) {
  return spec.lines.some(l => l.values[row] != null);
}

// Arrow keys walk through the points, Home and End go to the ends, Escape lets go.
function walk(chart, event) {
  const {g, spec} = chart;
  const last = spec.count - 1;
  const jump = event.shiftKey ? 10 : 1;
  let row = chart.row ?? (event.key === 'ArrowRight' ? -1 : last + 1),
    step = 0;
  if (event.key === 'ArrowRight') step = 1;
  else if (event.key === 'ArrowLeft') step = -1;
  else if (event.key === 'Home') [row, step] = [-1, 1];
  else if (event.key === 'End') [row, step] = [last + 1, -1];
  else if (event.key === 'Escape') {
    g.clearSelection();
    g.resetZoom();
    chart.say(null);
    return;
  } else return;
  event.preventDefault();
  row += step * (jump - 1);
  do row += step;
  while (row >= 0 && row <= last && !hasValue(spec, row));
  row = Math.max(0, Math.min(last, row));
  g.setSelection(row);
  chart.say(row);
}

// ---- legend and numbers

function legend(spec) {
  const keys = spec.lines
    .filter(l => l.legend !== false)
    .map(l =>
      h('li', null, h('span', {class: `swatch ${l.kind} ${l.points ? `dot ${l.points}` : ''}`}), l.name),
    );
  (spec.bands ?? []).forEach((b, i) =>
    keys.push(
      h(
        'li',
        null,
        h('span', {class: `swatch band ${spec.bands.length > 1 && i === 0 ? 'wide' : ''}`}),
        b.name,
      ),
    ),
  );
  if (spec.gaps?.length > 0)
    keys.push(h('li', null, h('span', {class: 'swatch gap'}), 'missing'));
  return keys.length > 0 && h('ul', {class: 'legend'}, keys);
}

// Filled when it is opened, with the rows that the chart shows at that time.
function numbers(chart) {
  const summary = h('summary', null, 'The same as a table');
  const details = h('details', {class: 'numbers'}, summary);
  const most = 500;
  details.addEventListener('toggle', () => {
    const {spec} = chart;
    replace(details, summary);
    if (!details.open) return;
    const columns = [
      {title: spec.xTitle ?? 'time'},
      ...spec.lines.map(l => ({title: l.name, number: true})),
      ...(spec.bands ?? []).flatMap(b => [
        {title: `${b.name}, from`, number: true},
        {title: 'to', number: true},
      ]),
    ];
    const rows = [];
    for (let i = Math.max(0, spec.count - most); i < spec.count; i++) {
      const all = [
        ...spec.lines.map(l => l.values[i]),
        ...(spec.bands ?? []).flatMap(b => [b.lower[i], b.upper[i]]),
      ];
      rows.push([
        spec.time?.[i] ?? spec.x[i],
        ...all.map(v => (v == null ? '' : h('span', {title: String(v)}, number(v)))),
      ]);
    }
    if (spec.count > most)
      details.append(h('p', {class: 'quiet'}, `The last ${most} of ${spec.count} rows.`));
    details.append(table(spec.title, columns, rows));
  });
  return details;
}

// ---- the chart

// Lowest and highest value of lines and bands.
function extremes({lines, bands = []}) {
  const all = [...lines.map(l => l.values), ...bands.flatMap(b => [b.lower, b.upper])];
  const range = [Infinity, -Infinity];
  for (const list of all)
    for (const v of list) {
      if (v === null || !Number.isFinite(v)) continue;
      range[0] = Math.min(range[0], v);
      range[1] = Math.max(range[1], v);
    }
  return range;
}

const sizeOf = ([low, high]) => Math.max(Math.abs(low), Math.abs(high));

// More digits where the values are large beside their differences: 1000.02, 1000.04, not 1000, 1000.
function axisNumber(v, range) {
  const digits = Math.ceil(Math.log10(sizeOf(range) / (range[1] - range[0])));
  return number(v, Math.min(12, 3 + Math.max(1, digits)));
}

// The y axis: labels, and its range where all values are one value but for rounding. Otherwise
// dygraphs chooses the range.
function valueAxis(spec) {
  const [low, high] = extremes(spec),
    size = sizeOf([low, high]);
  const flat = size > 0 && size < Infinity && high - low <= 1e-9 * size;
  const characters = high > low && !flat ? axisNumber((low + high) / 2, [low, high]).length : 0;
  return {
    axisLabelFormatter: (v, step, option, g) => axisNumber(v, g.yAxisRange(0)),
    axisLabelWidth: Math.min(96, Math.max(56, 7 * characters)),
    pixelsPerLabel: spec.height < 200 ? 20 : 40,
    valueRange: flat && !spec.log ? [low - size / 10, high + size / 10] : null,
  };
}

function optionsOf(chart) {
  const {spec, x, calendar} = chart;
  const ticks = calendar ? calendarTicks : plainTicks;
  return {
    labels: namesOf(spec),
    series: seriesOptions(spec),
    underlayCallback: underlay(spec, x),
    labelsUTC: true,
    logscale: Boolean(spec.log),
    includeZero: Boolean(spec.zero),
    legend: 'never',
    animatedZooms: false,
    xRangePad: 8,
    yRangePad: spec.marks?.length > 0 ? 20 : 8, // room for the words of the marks
    rightGap: 20,
    xAxisHeight: 36,
    highlightCircleSize: 3.5,
    gridLineColor: colour('--line'),
    axisLineColor: colour('--line'),
    axisLabelFontSize: 12,
    drawAxesAtZero: false,
    showRangeSelector: spec.selector ?? spec.count >= selectorFrom,
    rangeSelectorHeight: 32,
    rangeSelectorPlotStrokeColor: colour('--baseline'),
    rangeSelectorPlotFillColor: colour('--line'),
    rangeSelectorBackgroundStrokeColor: colour('--line'),
    rangeSelectorForegroundStrokeColor: colour('--quiet'),
    axes: {
      x: {
        ticker: (a, b, pixels) => ticks(a, b, pixels),
        axisLabelWidth: 72,
        pixelsPerLabel: 72,
        axisLabelFormatter: v => String(v),
      },
      y: valueAxis(spec),
    },
    highlightCallback: (e, at, points, row) => chart.say(row),
    unhighlightCallback: () => chart.say(null),
  };
}

// Draws spec into root, in place of what is there. spec:
//   title (for screen readers), yTitle, xTitle
//   time: [...] as the data spell it, or x: [...] numbers
//   lines: [{name, kind ('observed', 'forecast', 'truth', 'baseline', 'second'), values: [...],
//            points: 'ring' or 'hollow' (dots where another line has its values), legend: false}]
//   bands: [{name, lower: [...], upper: [...]}], the widest first
//   marks: [{row, text}]: dotted lines; join: the row in which a forecast begins
//   gaps: [{from, to}]: rows without values, which are shaded
//   table: false where the numbers stand elsewhere
//   log, zero: of the y axis; selector: whether a range selector stands below
//   window: the number of rows at the end that are shown at first
//   keepZoom: for update(), leave the part of x that is shown
// Returns {update(spec), resize(), free()}; free when the screen is left.
export async function lineChart(root, spec) {
  const D = await dygraphs();
  const plot = h('div', {class: 'plot', css: {height: `${spec.height ?? height}px`}});
  const readout = h('p', {class: 'readout', 'aria-live': 'polite'});
  const titles = h('p', {class: 'axis-title'});
  const keys = h('div');
  const figure = h(
    'div',
    {class: 'chart', tabindex: '0', role: 'group', onkeydown: e => walk(chart, e)},
    titles,
    plot,
    readout,
    keys,
  );
  const chart = {
    spec,
    g: null,
    row: null,
    say(row) {
      chart.row = row;
      readout.textContent = row === null ? chart.rest : readoutText(chart.spec, row);
    },
  };

  // live: the same chart with more data, of which only the changes are drawn.
  function take(next, live) {
    const row = live ? chart.row : null;
    const names = JSON.stringify([
      namesOf(next),
      next.lines.map(l => l.name),
      next.gaps?.length > 0,
    ]);
    chart.spec = next;
    const stamps = next.time;
    chart.calendar = stamps ? areTimes(stamps) : false;
    chart.x = next.x ?? (chart.calendar ? stamps.map(instant) : stamps.map((t, i) => i));
    next.x ??= chart.x;
    next.count = chart.x.length;
    figure.setAttribute(
      'aria-label',
      `${next.title}. Chart of ${next.count} points; arrow keys walk through them${next.table === false ? '' : ', a table follows'}.`,
    );
    titles.textContent = next.yTitle ?? '';
    chart.rest = next.rest ?? '';
    chart.say(row);
    if (!live || names !== chart.names)
      replace(keys, legend(next), next.table !== false && numbers(chart));
    chart.names = names;
  }

  function firstView() {
    // A narrow plot shows less of the history, so that the forecast stays readable.
    const n =
      chart.spec.window && Math.min(chart.spec.window, Math.max(48, plot.clientWidth / 4) | 0);
    if (!n || n >= chart.x.length) return null;
    return [chart.x[chart.x.length - n], chart.x[chart.x.length - 1]];
  }

  take(spec);
  replace(root, figure);
  chart.g = new D(plot, rowsOf(spec, chart.x), {...optionsOf(chart), dateWindow: firstView()});
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const recolour = () => chart.g.updateOptions(optionsOf(chart));
  scheme.addEventListener('change', recolour);
  const observer = new ResizeObserver(() => chart.g.resize());
  observer.observe(figure);

  return {
    update(next) {
      take(next, next.keepZoom);
      chart.g.updateOptions({
        file: rowsOf(next, chart.x),
        ...optionsOf(chart),
        ...(next.keepZoom ? {} : {dateWindow: firstView()}),
      });
    },
    free() {
      scheme.removeEventListener('change', recolour);
      observer.disconnect();
      chart.g.destroy();
    },
  };
}

// A row of bars beside each other for each step: groups: [{name, kind, values}].
export function stepBars(root, spec) {
  const most = Math.max(...spec.groups.flatMap(g => g.values.filter(Number.isFinite)), 0) || 1;
  const rows = spec.labels.map((label, i) =>
    h(
      'li',
      null,
      h('span', {class: 'bar-label'}, label),
      h(
        'span',
        {class: 'bar-group'},
        spec.groups.map(g =>
          h('span', {
            class: `bar ${g.kind}`,
            title: `${g.name}: ${g.values[i]}`,
            css: {width: `${Math.max(0.5, (100 * (g.values[i] ?? 0)) / most)}%`},
          }),
        ),
      ),
      h('span', {class: 'bar-value'}, spec.groups.map(g => number(g.values[i], 3)).join(' / ')),
    ),
  );
  replace(
    root,
    h(
      'div',
      {class: 'chart'},
      h('ol', {class: 'bars', 'aria-label': spec.title}, rows),
      h(
        'ul',
        {class: 'legend'},
        spec.groups.map(g => h('li', null, h('span', {class: `swatch block ${g.kind}`}), g.name)),
      ),
    ),
  );
}
