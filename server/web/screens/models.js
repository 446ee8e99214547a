// models.js - the list of models, or one of them.
import {h, replace, table, link, empty} from '../dom.js';
import * as api from '../api.js';
import {ago} from '../format.js';
import {errorCells} from '../words.js';
import {renderModel} from './model_one.js';

export const title = 'Models';

export async function render(root, params) {
  if (params.path[0]) return renderModel(root, params);
  const models = await api.list('v1/models', {signal: params.signal, shown: true});
  const rows = models.map(m => {
    const [mine, base] = errorCells(m.metrics);
    return [
      h('a', {href: link(['models', m.name])}, m.name),
      m.task,
      mine,
      base,
      m.dataset ? h('a', {href: link(['data', m.dataset])}, m.dataset) : '–',
      m.version,
      ago(m.created_at),
    ];
  });
  replace(
    root,
    h('h1', null, 'Models'),
    h('p', {class: 'lead'}, 'What was trained, with its error on data that it had not seen.'),
    models.length > 0
      ? table(
          'Models',
          [
            {title: 'Model'},
            {title: 'Task'},
            {title: 'Error', number: true},
            {
              title: 'Baseline',
              number: true,
              hint: 'The same measure of repeating the season before',
            },
            {title: 'Data'},
            {title: 'Version', number: true},
            {title: 'Trained'},
          ],
          rows,
        )
      : empty(
          'There is no model yet. Choose a ',
          h('a', {href: link(['data'])}, 'data set'),
          ' and train one of it.',
        ),
  );
  return null;
}
