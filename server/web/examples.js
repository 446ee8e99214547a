// examples.js - the three data sets that come with the page, and the job that trains on each.
import {svg} from './dom.js';

function line(points, from) {
  const at = points.map((y, i) => [4 + (i * 192) / (points.length - 1), 60 - 56 * y]);
  const path = list => list.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  return svg(
    'svg',
    {viewBox: '0 0 200 64', 'aria-hidden': 'true', preserveAspectRatio: 'none'},
    svg('polyline', {points: path(at.slice(0, from + 1)), class: 'sketch'}),
    svg('polyline', {points: path(at.slice(from)), class: 'sketch forecast'}),
  );
}

const season = Array.from(
  {length: 73},
  (_, i) => 0.1 + (0.55 * i) / 72 + (0.06 + (0.12 * i) / 72) * Math.sin((i * Math.PI) / 6),
);
const wave = Array.from({length: 73}, (_, i) => 0.5 + 0.44 * Math.sin(i / 6));

function words() {
  const boxes = [
    [4, 40],
    [50, 34],
    [90, 52],
    [148, 46],
  ];
  return svg(
    'svg',
    {viewBox: '0 0 200 64', 'aria-hidden': 'true'},
    boxes.map(([x, width], i) => [
      svg('rect', {x, y: 18, width, height: 16, rx: 3, class: `word word-${i}`}),
      svg('rect', {
        x: x + width / 2 - 9,
        y: 42,
        width: 18,
        height: 5,
        rx: 2,
        class: `word word-${i}`,
      }),
    ]),
  );
}

// file: of the page; type: its media type; job: the request that trains.
export const examples = {
  flights: {
    file: 'airpassengers.csv',
    type: 'text/csv',
    unit: 'passengers, in thousands',
    text: 'Passengers of airlines, month by month from 1949 to 1960. Forecasts the year after.',
    picture: () => line(season, 58),
    job: {task: 'forecast', dataset: 'flights', model: 'flights'},
  },
  sine: {
    file: 'sine.csv',
    type: 'text/csv',
    unit: 'sin x',
    text: 'A sine wave in 900 steps. Goes on where it ends.',
    picture: () => line(wave, 56),
    job: {task: 'forecast', dataset: 'sine', model: 'sine'},
  },
  sentences: {
    file: 'tutorial.json',
    type: 'application/json',
    text: 'Two sentences whose words have tags. Tags the words of any other.',
    picture: words,
    job: {task: 'tag', dataset: 'sentences', model: 'sentences', recipe: 'tutorial-tagger'},
  },
};
