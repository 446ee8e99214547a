// tagged.js - words with their tags, each tag in a colour and in writing.
import {h} from './dom.js';

const colours = 12;

// The same tag has the same colour on every screen.
export function tagClass(tag, all) {
  const i = all ? all.indexOf(tag) : [...tag].reduce((sum, c) => (sum * 31 + c.codePointAt(0)) % 9973, 7);
  return `tag tag-${Math.max(0, i) % colours}`;
}

// One sentence of the API's answer. dir=auto: every script runs its own way.
export function taggedSentence(s, all) {
  return h('p', {class: 'tagged', dir: 'auto'}, s.tokens.map((word, i) => {
    const score = s.scores?.[i];
    return h('span', {class: tagClass(s.tags[i], all), title: score === undefined ? null : `${s.tags[i]}, probability ${score}`},
      h('span', {class: 'token'}, word), h('small', null, s.tags[i]));
  }));
}
