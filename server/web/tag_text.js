// tag_text.js - a tagged text as it was written: each word in the colour of its tag, the white
// space between as it was, and the model's best tags for the word under the pointer or the keyboard
// focus.
import {h, replace} from './dom.js';
import {tagClass} from './tagged.js';
import {percent} from './format.js';

const most = 3000; // words that are drawn; a browser is slow with more

// The universal word classes, for those who do not know them by heart.
const classes = {
  ADJ: 'adjective',
  ADP: 'preposition or postposition',
  ADV: 'adverb',
  AUX: 'auxiliary verb',
  CCONJ: 'coordinating conjunction',
  DET: 'determiner',
  INTJ: 'interjection',
  NOUN: 'noun',
  NUM: 'number',
  PART: 'particle',
  PRON: 'pronoun',
  PROPN: 'proper noun',
  PUNCT: 'punctuation',
  SCONJ: 'subordinating conjunction',
  SYM: 'symbol',
  VERB: 'verb',
  X: 'other',
};

export function meaning(tag) {
  return classes[tag] ?? null;
}

// The results for a column in the answer: its tags, and the best tags of each word.
function columnOf(sentence, column) {
  const apart = column === 'xpos' && sentence.xpos;
  return {
    tags: apart ? sentence.xpos : sentence.tags,
    top: apart ? sentence.xpos_top_k : sentence.top_k,
  };
}

function ranked(name, list) {
  return h(
    'div',
    {class: 'ranked'},
    h('h3', null, name),
    h(
      'ol',
      {class: 'plain'},
      list.map(r =>
        h(
          'li',
          {class: 'ranked-row'},
          h('b', null, r.tag),
          h('span', {class: 'bar forecast', css: {width: `${Math.max(0.5, 100 * r.score)}%`}}),
          h('span', {class: 'bar-value'}, percent(100 * r.score, 3)),
        ),
      ),
    ),
  );
}

// Lemma and features of a word, where the model finds them.
function wordLine(s, i) {
  const feats = s.feats && s.feats[i] !== '_' ? s.feats[i].split('|').join(', ') : '';
  const lemma = s.lemmas ? ['Lemma ', h('b', {dir: 'auto'}, s.lemmas[i])] : [];

  if (!s.lemmas && !feats) return null;
  return h('p', null, lemma, h('span', {class: 'quiet'}, s.lemmas && feats ? `, ${feats}` : feats));
}

// The panel: the word that is chosen, with the three best tags of each column.
function describe(panel, word) {
  const {sentence: s, index: i, number} = word;
  const parts = [ranked(s.xpos_top_k ? 'UPOS' : 'Tag', s.top_k[i])];
  if (s.xpos_top_k) parts.push(ranked('XPOS', s.xpos_top_k[i]));
  replace(
    panel,
    h(
      'p',
      null,
      h('b', {dir: 'auto'}, s.tokens[i]),
      h(
        'span',
        {class: 'quiet'},
        ` word ${i + 1} of sentence ${number}`,
        meaning(s.tags[i]) ? `, ${meaning(s.tags[i])}` : '',
      ),
    ),
    wordLine(s, i),
    h('div', {class: 'ranks'}, parts),
  );
}

function chip(word, layer, all) {
  const {sentence: s, index: i} = word;
  const shown = layer === 'both' ? ['upos', 'xpos'] : [layer];
  const tags = shown.map(c => columnOf(s, c).tags[i]);
  const score = columnOf(s, shown[0]).top[i][0].score;
  return h(
    'span',
    {
      class: tagClass(tags[0], all),
      role: 'option',
      tabindex: '-1',
      'aria-selected': 'false',
      'aria-description': percent(100 * score, 3),
    },
    h('span', {class: 'token'}, word.shown),
    tags.map(t => h('small', null, t)),
  );
}

// Words in order, each with the white space that stands before it. Words of one surface token
// (du: de, le) may share their place: the first then shows the surface as well.
function pieces(points, sentences) {
  const out = [];
  let at = 0;
  sentences.forEach((s, k) =>
    s.tokens.forEach((token, i) => {
      const start = s.start?.[i] ?? at,
        end = s.end?.[i] ?? at;
      const surface = points.slice(start, end).join('');
      out.push({
        sentence: s,
        index: i,
        number: k + 1,
        last: i === s.tokens.length - 1,
        before: s.start
          ? points.slice(at, Math.max(at, start)).join('')
          : i > 0
            ? ' '
            : k > 0
              ? '\n'
              : '',
        shown: surface === token || !s.start ? token : start < at ? token : `${surface}: ${token}`,
        shared: start < at,
      });
      at = Math.max(at, end);
    }),
  );
  return {words: out, rest: points.slice(at).join('')};
}

// The tags of these words, the most frequent first.
export function tally(sentences, layer) {
  const n = new Map();
  for (const s of sentences)
    for (const tag of columnOf(s, layer === 'both' ? 'upos' : layer).tags)
      n.set(tag, (n.get(tag) ?? 0) + 1);
  return [...n].sort((a, b) => b[1] - a[1]);
}

export function tagLegend(sentences, layer, all) {
  return h(
    'ul',
    {class: 'legend tags', 'aria-label': 'Tags of this text'},
    tally(sentences, layer).map(([tag, n]) =>
      h(
        'li',
        null,
        h('span', {class: tagClass(tag, all)}, h('small', null, tag)),
        h(
          'span',
          null,
          meaning(tag) ? `${meaning(tag)} ` : '',
          h('span', {class: 'quiet'}, `× ${n}`),
        ),
      ),
    ),
  );
}

// One tab stop; arrow keys go from word to word, in the direction of reading.
function walk(list, event, choose) {
  const steps = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1};
  const now = list.indexOf(document.activeElement);
  const rtl = getComputedStyle(list[Math.max(0, now)]).direction === 'rtl';
  let to = null;
  if (event.key === 'Home') to = 0;
  else if (event.key === 'End') to = list.length - 1;
  else if (event.key in steps) {
    const turn = rtl && event.key.match(/Left|Right/) ? -1 : 1;
    to = Math.max(0, Math.min(list.length - 1, now + turn * steps[event.key]));
  }
  if (to === null) return;
  event.preventDefault();
  choose(to);
  list[to].focus();
}

// The text with its tags in root. answer: the API's with top_k=3; layer: upos, xpos or both.
export function taggedText(root, {text, answer, layer, all}) {
  const {words, rest} = pieces([...text], answer.sentences);
  const panel = h(
    'div',
    {class: 'word-panel', role: 'status'},
    h(
      'p',
      {class: 'quiet'},
      'Rest the pointer on a word, or walk with the arrow keys, to see what else it could be.',
    ),
  );
  const chips = [];
  let chosen = -1;
  function choose(i) {
    if (i === chosen) return;
    chips[chosen]?.setAttribute('aria-selected', 'false');
    chips[Math.max(0, chosen)].tabIndex = -1;
    chosen = i;
    chips[i].setAttribute('aria-selected', 'true');
    chips[i].tabIndex = 0;
    describe(panel, words[i]);
  }
  const of = e => chips.indexOf(e.target.closest('[role=option]'));
  const take = e => {
    if (of(e) >= 0) choose(of(e));
  };
  const box = h('div', {
    class: 'tagged-text',
    role: 'listbox',
    'aria-label': 'The words with their tags',
    onpointerover: take,
    onfocusin: take,
    onclick: take,
    onkeydown: e => walk(chips, e, choose),
  });
  // A line of the text is a paragraph of its own, so that each has its own direction of writing.
  let line = h('div', {dir: 'auto', role: 'group', 'aria-label': 'line 1'}),
    lines = 1;
  box.append(line);
  for (const w of words.slice(0, most)) {
    const parts = w.before.split(/\r\n|\r|\n/);
    parts.forEach((part, k) => {
      if (k > 0) {
        line = h('div', {dir: 'auto', role: 'group', 'aria-label': `line ${++lines}`});
        box.append(line);
      }
      line.append(part);
    });
    chips.push(chip(w, layer, all));
    line.append(chips.at(-1));
    if (w.last)
      line.append(
        h(
          'span',
          {class: 'sentence-end', title: `end of sentence ${w.number}`, 'aria-hidden': 'true'},
          `¶${w.number}`,
        ),
      );
  }
  if (words.length <= most) line.append(rest);
  if (chips.length > 0) chips[0].tabIndex = 0;
  replace(
    root,
    words.length === 0 ? h('p', {class: 'quiet'}, 'This text has no words.') : box,
    words.length > most &&
      h(
        'p',
        {class: 'note'},
        `The first ${most} of ${words.length} words; the downloads have all.`,
      ),
    tagLegend(answer.sentences, layer, all),
    panel,
  );
}
