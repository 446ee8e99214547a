// tagged.js - words with their tags, each tag in a colour and in writing.
import {h} from './dom.js';

const colours = 12;

// Word classes that are often side by side, by how their names begin in the common tag sets.
const classes = [
  ['N', 'NOUN'],
  ['V', 'VERB'],
  ['DET', 'DT', 'D'],
  ['J', 'ADJ'],
  ['IN', 'ADP'],
  ['RB', 'ADV'],
  ['PRON', 'PRP', 'WP'],
  ['PROPN', 'NNP'],
  ['AUX', 'MD'],
  ['CC', 'CCONJ', 'SCONJ', 'TO', 'PART'],
  ['NUM', 'CD'],
  ['PUNCT', 'SYM', 'X', '.', ',', ':'],
];

// The same tag has the same colour on every screen.
export function tagClass(tag, all) {
  let best = -1,
    length = 0;
  classes.forEach((names, i) =>
    names.forEach(n => {
      if (tag.startsWith(n) && n.length > length) [best, length] = [i, n.length];
    }),
  );
  const hash = [...tag].reduce((sum, c) => (sum * 31 + c.codePointAt(0)) % 9973, 7);
  const i = best >= 0 ? best : all?.includes(tag) ? all.indexOf(tag) : hash;
  return `tag tag-${i % colours}`;
}

// One sentence of the API's answer. dir=auto: each script has its own direction.
export function taggedSentence(s, all) {
  return h(
    'p',
    {class: 'tagged', dir: 'auto'},
    s.tokens.map((word, i) => {
      const score = s.scores?.[i];
      return h(
        'span',
        {
          class: tagClass(s.tags[i], all),
          title: score === undefined ? null : `${s.tags[i]}, probability ${score}`,
        },
        h('span', {class: 'token'}, word),
        h('small', null, s.tags[i]),
      );
    }),
  );
}
