// confusion.js - precision and recall of each tag, and which tags are confused: a table, a heat map
// and the pairs that are confused most.
import {h, table, button} from './dom.js';
import {count, number, percent} from './format.js';
import {term} from './words.js';

const most = 30; // tags that a heat map shows at once

const share = v =>
  v === null || v === undefined ? '–' : h('span', {title: String(v)}, percent(100 * v, 3));

const name = tag => h('span', {class: 'nowrap'}, tag);

export function tagTable(scores) {
  const rows = [...scores]
    .sort((a, b) => b.support - a.support)
    .map(s => [
      name(s.tag),
      number(s.support, 12),
      number(s.predicted, 12),
      share(s.precision),
      share(s.recall),
      share(s.f1),
    ]);
  return table(
    'How well each tag is given',
    [
      {title: 'Tag'},
      {title: 'Words', number: true, hint: 'Words that have the tag'},
      {title: 'Given', number: true, hint: 'Words that were given the tag'},
      {
        title: 'Precision',
        number: true,
        hint: 'Of the words that were given the tag, the share that has it',
      },
      {
        title: 'Recall',
        number: true,
        hint: 'Of the words that have the tag, the share that was given it',
      },
      {title: term('F1'), number: true},
    ],
    rows,
  );
}

// [true tag, given tag, words], the most frequent first.
function mistakes(column) {
  const out = [];
  column.confusion.forEach((row, i) =>
    row.forEach((n, k) => {
      if (n > 0 && i !== k) out.push([column.tags[i].tag, column.tags[k].tag, n]);
    }),
  );
  return out.sort((a, b) => b[2] - a[2]);
}

// The tags of the map: all that occur, or if there are many, those that are confused most.
function chosen(column, all) {
  const wrong = column.confusion.map((row, i) =>
    row.reduce((sum, n, k) => sum + (i === k ? 0 : n + column.confusion[k][i]), 0),
  );
  const there = column.tags
    .map((t, i) => i)
    .filter(i => column.tags[i].support + column.tags[i].predicted > 0);
  if (all || there.length <= most) return there;
  const worst = [...there].sort((a, b) => wrong[b] - wrong[a]).slice(0, most);
  return there.filter(i => worst.includes(i));
}

function cell(column, i, k, largest) {
  const n = column.confusion[i][k];
  const [truth, given] = [column.tags[i].tag, column.tags[k].tag];
  const what =
    i === k
      ? `${count(n, 'word')} rightly given ${truth}`
      : `${count(n, 'word')} with ${truth} given ${given}`;
  const strength = n === 0 ? 0 : i === k ? 0 : 0.15 + 0.85 * Math.sqrt(n / largest);
  return h(
    'td',
    {
      class: i === k ? 'heat right' : 'heat',
      title: what,
      css: {'--heat': strength.toFixed(3)},
    },
    n === 0 ? '' : number(n, 12),
  );
}

function heatMap(column, all) {
  const shown = chosen(column, all);
  const largest = Math.max(
    1,
    ...mistakes(column)
      .slice(0, 1)
      .map(m => m[2]),
  );
  return h(
    'div',
    {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Confusion matrix'},
    h(
      'table',
      {class: 'heat-map'},
      h(
        'caption',
        null,
        'Rows: the true tag. Columns: the tag that was given. The diagonal is right.',
      ),
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          h('td'),
          shown.map(k => h('th', {scope: 'col'}, h('span', null, column.tags[k].tag))),
        ),
      ),
      h(
        'tbody',
        null,
        shown.map(i =>
          h(
            'tr',
            null,
            h('th', {scope: 'row'}, column.tags[i].tag),
            shown.map(k => cell(column, i, k, largest)),
          ),
        ),
      ),
    ),
  );
}

function worst(column) {
  const list = mistakes(column).slice(0, 10);
  if (list.length === 0) return h('p', null, 'No word was given a wrong tag.');
  return table(
    'The pairs that are mixed up most',
    [
      {title: 'True tag'},
      {title: 'Given'},
      {title: 'Words', number: true},
      {title: 'Of all mistakes', number: true},
    ],
    list.map(([truth, given, n]) => [
      name(truth),
      name(given),
      number(n, 12),
      percent((100 * n) / (column.tokens * (1 - column.accuracy) || n), 3),
    ]),
  );
}

// Everything about one column. Calls redraw(all) to have it drawn again; all: with every tag.
export function confusionPart(column, all, redraw) {
  const there = column.tags.filter(t => t.support + t.predicted > 0).length;
  return [
    h('h3', null, 'Each tag'),
    tagTable(column.tags),
    h('h3', null, 'What is taken for what'),
    column.confusion
      ? [
          heatMap(column, all),
          there > most &&
            h(
              'p',
              null,
              all ? '' : `The ${most} tags that are mixed up most, of ${there}. `,
              button(all ? 'Show fewer' : 'Show all', () => redraw(!all)),
            ),
          h('h3', null, 'The worst ten'),
          worst(column),
        ]
      : h('p', {class: 'quiet'}, 'There are more than 100 tags: too many for a map.'),
  ];
}
