// upload.js - files on their way to the preview: dropped, chosen or pasted. The preview is the
// screen of new data, which takes the file from here.
import {h} from './dom.js';
import {bytes, count} from './format.js';

let waiting = null;

// The file that was chosen last: {name, type, body (Blob)}; taken once.
export function takeFile() {
  const file = waiting;
  waiting = null;
  return file;
}

const types = {
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  json: 'application/json',
  jsonl: 'application/jsonl',
  ndjson: 'application/jsonl',
  conllu: 'text/x-conllu',
  txt: 'text/plain',
};

// The media type for the extension of the file's name, where the API needs it.
export function typeOf(name, given) {
  return types[name.split('.').pop().toLowerCase()] ?? (given || 'text/csv');
}

// A name that the API accepts: [a-z0-9][a-z0-9._-]{0,63}.
export function nameOf(file) {
  const stem = file
    .replace(/\.[A-Za-z0-9]+$/, '')
    .normalize('NFKD')
    .toLowerCase();
  return (
    stem
      .replace(/[^a-z0-9._-]+/g, '-')
      .replace(/^[^a-z0-9]+|-+$/g, '')
      .slice(0, 64) || 'data'
  );
}

export function preview(file) {
  waiting = file;
  const there = '#/data?new=1';
  if (location.hash === there) dispatchEvent(new HashChangeEvent('hashchange'));
  location.hash = there;
}

function takeBlob(file) {
  preview({
    name: nameOf(file.name),
    file: file.name,
    type: typeOf(file.name, file.type),
    body: file,
  });
}

// A place to drop a file on, with a button to choose one.
export function dropZone() {
  const chooser = h('input', {
    type: 'file',
    class: 'hidden',
    tabindex: '-1',
    'aria-hidden': 'true',
    onchange: e => e.target.files[0] && takeBlob(e.target.files[0]),
  });
  const zone = h(
    'div',
    {
      class: 'drop',
      ondragover: e => {
        e.preventDefault();
        zone.classList.add('over');
      },
      ondragleave: () => zone.classList.remove('over'),
      ondrop: e => {
        e.preventDefault();
        zone.classList.remove('over');
        if (e.dataTransfer.files[0]) takeBlob(e.dataTransfer.files[0]);
      },
    },
    h('p', null, 'Or drop a CSV, JSON or CoNLL-U file here.'),
    h(
      'p',
      {class: 'actions centre'},
      h('button', {type: 'button', onclick: () => chooser.click()}, 'Choose a file'),
      h(
        'button',
        {type: 'button', onclick: () => preview({name: 'pasted', type: 'text/csv', body: null})},
        'Paste text',
      ),
    ),
    chooser,
  );
  return zone;
}

// How much a data set holds.
export function sizeOf(d) {
  if (d.kind === 'tagged') return `${count(d.sentences, 'sentence')}, ${count(d.tokens, 'word')}`;
  if (d.kind === 'text') return bytes(d.bytes);
  const n = d.series.reduce((sum, s) => sum + s.length, 0);
  return d.num_series === 1 ? `${count(n, 'row')}` : count(d.num_series, 'series', 'series');
}
