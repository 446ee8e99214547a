// notes.js - remarks of the service: on an upload, a fit or a forecast.
import {h} from './dom.js';
import {count} from './format.js';

const shownSkipped = 10; // series that are named at most; a panel may have thousands

export function noteList(notes = []) {
  return notes.map(n =>
    h(
      'p',
      {class: 'note'},
      n.column ? [h('code', null, n.column), ': '] : null,
      n.line ? `line ${n.line}: ` : '',
      n.detail,
      n.parameter ? h('span', {class: 'quiet'}, ` (decided by ${n.parameter})`) : null,
    ),
  );
}

// Series that a model did not learn from, with the reasons.
function skippedList(skipped) {
  const more = skipped.length - shownSkipped;
  return h(
    'details',
    {class: 'note'},
    h(
      'summary',
      null,
      `${count(skipped.length, 'series', 'series')} too short to learn from`,
    ),
    h(
      'ul',
      null,
      skipped.slice(0, shownSkipped).map(s => h('li', null, h('code', null, s.series), `: ${s.reason}`)),
      more > 0 && h('li', null, `and ${more} more`),
    ),
  );
}

// The remarks on a fit, of a job or a model.
export function fitNotes({notes, skipped}) {
  return [noteList(notes), skipped?.length > 0 && skippedList(skipped)];
}
