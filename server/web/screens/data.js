// data.js - the list of data sets, a new one, or one of them.
import {h, replace, table, link, empty} from '../dom.js';
import * as api from '../api.js';
import {ago, bytes} from '../format.js';
import {dropZone, sizeOf} from '../upload.js';
import {renderNew} from './data_new.js';
import {renderOne} from './data_one.js';

export const title = 'Data';

export async function render(root, params) {
  if (params.path[0]) return renderOne(root, params);
  if (params.query.new) return renderNew(root, params);
  const sets = await api.list('v1/datasets', {signal: params.signal, shown: true});
  const rows = sets.map(d => [
    h('a', {href: link(['data', d.name])}, d.name),
    d.kind === 'tagged' ? 'tagged words' : d.kind,
    sizeOf(d),
    d.series?.[0]?.start ?? '',
    d.series?.[0]?.end ?? '',
    bytes(d.bytes),
    ago(d.updated_at ?? d.created_at),
  ]);
  replace(
    root,
    h('h1', null, 'Data'),
    h(
      'p',
      {class: 'lead'},
      'What models learn from: series over time, or sentences whose words have tags.',
    ),
    sets.length > 0
      ? table(
          'Data sets',
          [
            {title: 'Data set'},
            {title: 'Kind'},
            {title: 'Size'},
            {title: 'From'},
            {title: 'To'},
            {title: 'Stored', number: true},
            {title: 'Changed'},
          ],
          rows,
        )
      : empty(
          'There is no data yet. Give it a file: rows over time as CSV or JSON, or tagged sentences as CoNLL-U.',
        ),
    (await api.mayWrite()) ? [h('h2', null, 'New data'), dropZone()] : null,
  );
  return null;
}
