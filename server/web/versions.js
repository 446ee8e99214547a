// versions.js - the versions of a model in a table, two of them side by side.
import {h, replace, button, problem, table, ask, link} from './dom.js';
import * as api from './api.js';
import {ago, number} from './format.js';
import {errorCells} from './words.js';

const pathOf = m => `v1/models/${encodeURIComponent(m.name)}/versions`;

// The leaves of an object by their path.
function leaves(object, path = '') {
  return Object.entries(object ?? {}).flatMap(([k, v]) =>
    v !== null && typeof v === 'object' && !Array.isArray(v)
      ? leaves(v, `${path}${k}.`)
      : [[path + k, v]],
  );
}

function beside(a, b) {
  const left = new Map([...leaves(a.metrics), ...leaves(a.params)]),
    right = new Map([...leaves(b.metrics), ...leaves(b.params)]);
  const names = [...new Set([...left.keys(), ...right.keys()])].filter(
    k => left.get(k) !== right.get(k),
  );
  const cell = v =>
    v === undefined || v === null
      ? '–'
      : typeof v === 'number'
        ? h('span', {title: String(v)}, number(v))
        : String(v);
  if (names.length === 0) return h('p', null, 'They differ in nothing but their number.');
  return table(
    'Two versions',
    [
      {title: 'What differs'},
      {title: `version ${a.version}`, number: true},
      {title: `version ${b.version}`, number: true},
    ],
    names.map(k => [k, cell(left.get(k)), cell(right.get(k))]),
  );
}

async function fill(part, m, params, writes) {
  const items = await api.list(pathOf(m), {signal: params.signal, most: 200});
  const out = h('div', {'aria-live': 'polite'}),
    chosen = new Set(),
    removable = writes && items.length > 1;
  const toggle = v => e => {
    if (e.target.checked) chosen.add(v);
    else chosen.delete(v);
    const two = [...chosen].slice(-2).map(n => items.find(i => i.version === n));
    replace(out, two.length === 2 ? beside(...two.sort((x, y) => x.version - y.version)) : null);
  };
  const remove = async v => {
    if (!(await ask(`Delete version ${v} of '${m.name}'?`, 'Delete'))) return;
    try {
      await api.request('DELETE', `${pathOf(m)}/${v}`, {shown: true});
      params.again();
    } catch (error) {
      replace(out, problem(error));
    }
  };
  replace(
    part,
    table(
      'Versions',
      [
        {title: 'Compare'},
        {title: 'Version', number: true},
        {title: 'Recipe'},
        {title: 'Error', number: true},
        {title: 'Baseline', number: true},
        {title: 'Weights', number: true},
        {title: 'Trained'},
        ...(removable ? [{title: 'Remove'}] : []),
      ],
      items.map(i => [
        h('input', {
          type: 'checkbox',
          'aria-label': `compare version ${i.version}`,
          onchange: toggle(i.version),
        }),
        h('a', {href: link(['models', m.name], {version: i.version})}, i.version),
        i.params?.recipe ?? '–',
        ...errorCells(i.metrics),
        number(i.parameter_count, 12),
        ago(i.created_at),
        ...(removable
          ? [button('Delete', () => remove(i.version), {'aria-label': `Delete version ${i.version}`})]
          : []),
      ]),
    ),
    out,
  );
}

export function versionPart(m, params, writes) {
  const part = h('div');
  fill(part, m, params, writes).catch(e => {
    if (e.name !== 'AbortError') replace(part, problem(e));
  });
  return part;
}
