// versions.js - the versions of a model in a table: their aliases, which one serves, and two of them
// side by side on the same held-out data.
import {h, replace, button, problem, table, ask, link, loading, announce} from './dom.js';
import * as api from './api.js';
import {ago, number} from './format.js';
import {errorCells} from './words.js';

const modelOf = m => `v1/models/${encodeURIComponent(m.name)}`;
const pathOf = m => `${modelOf(m)}/versions`;
const aliasesOf = i => Object.keys(i.aliases ?? {}).filter(a => i.aliases[a] === i.version);

// The leaves of an object by their path.
function leaves(object, path = '') {
  return Object.entries(object ?? {}).flatMap(([k, v]) =>
    v !== null && typeof v === 'object' && !Array.isArray(v)
      ? leaves(v, `${path}${k}.`)
      : [[path + k, v]],
  );
}

const cell = v =>
  v === undefined || v === null
    ? '–'
    : typeof v === 'number'
      ? h('span', {title: String(v)}, number(v))
      : String(v);

// For a key that may not compute: the figures that were stored when each version was trained.
function beside(a, b) {
  const left = new Map([...leaves(a.metrics), ...leaves(a.params)]),
    right = new Map([...leaves(b.metrics), ...leaves(b.params)]);
  const names = [...new Set([...left.keys(), ...right.keys()])].filter(
    k => left.get(k) !== right.get(k),
  );
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

// The data that the figures are of, and what favours one of the two versions.
function measuredOn(c) {
  const on = c.held_out;
  if (!on) return h('p', null, `They cannot be measured: ${c.versions[0].reason}.`);
  const size = on.observations ?? on.tokens,
    what = on.tokens === undefined ? 'observations' : 'tokens';
  return [
    h(
      'p',
      null,
      `Both on the same ${size} held-out ${what} of '${on.dataset}', those of version ${on.of_version}.`,
    ),
    c.versions
      .filter(v => v.seen || v.reason)
      .map(v =>
        h(
          'p',
          {class: 'note'},
          v.reason
            ? `Version ${v.version} cannot be measured: ${v.reason}.`
            : `Version ${v.version} has learnt from ${v.seen} of them, which speaks for it.`,
        ),
      ),
  ];
}

function comparison(c) {
  const metrics = c.versions.map(v => new Map(leaves(v.metrics))),
    baseline = new Map(leaves(c.held_out?.baseline));
  const names = [...new Set(metrics.flatMap(m => [...m.keys()]))].filter(
    k => !k.endsWith('held_out') && !k.endsWith('last_batch_loss'),
  );
  return [
    measuredOn(c),
    table(
      'Two versions',
      [
        {title: 'Measure or parameter'},
        ...c.versions.map(v => ({title: `version ${v.version}`, number: true})),
        {title: 'Baseline', number: true},
      ],
      [
        ...names.map(k => [k, ...metrics.map(m => cell(m.get(k))), cell(baseline.get(k))]),
        ...Object.entries(c.params).map(([k, values]) => [k, ...values.map(cell), '']),
        ['trained', ...c.versions.map(v => ago(v.created_at)), ''],
        ['data', ...c.versions.map(v => (v.dataset_digest ?? '–').slice(0, 12)), ''],
      ],
    ),
  ];
}

async function fill(part, m, params, writes) {
  const [items, predicts] = await Promise.all([
    api.list(pathOf(m), {signal: params.signal, most: 200}),
    api.may('predict'),
  ]);
  const out = h('div', {'aria-live': 'polite'}),
    chosen = new Set(),
    removable = writes && items.length > 1;
  const toggle = v => e => {
    if (e.target.checked) chosen.add(v);
    else chosen.delete(v);
    const two = [...chosen].slice(-2).sort((x, y) => x - y);
    if (two.length < 2) replace(out);
    else if (predicts) compare(two);
    else replace(out, beside(...two.map(n => items.find(i => i.version === n))));
  };
  let asked = 0; // a late answer must not replace that to a later question
  const compare = async two => {
    const number = ++asked;
    replace(out, loading('Comparing …'));
    let shown;
    try {
      shown = comparison(
        await api.get(`${modelOf(m)}/compare`, {
          query: {versions: two.join(',')},
          signal: params.signal,
          shown: true,
        }),
      );
    } catch (error) {
      if (error.name === 'AbortError') return;
      shown = problem(error);
    }
    if (number === asked) replace(out, shown);
  };
  const serve = async v => {
    try {
      await api.request('PUT', `${modelOf(m)}/aliases/production`, {body: {version: v}, shown: true});
      announce(`Version ${v} serves now.`);
      params.again();
    } catch (error) {
      replace(out, problem(error));
    }
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
        {title: 'Serves', hint: 'calls that name no version'},
        {title: 'Aliases'},
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
        i.version === i.serving_version
          ? 'yes'
          : writes
            ? button('Make it serve', () => serve(i.version), {
                'aria-label': `Make it serve: version ${i.version}`,
              })
            : 'no',
        aliasesOf(i).join(', ') || '–',
        i.params?.recipe ?? '–',
        ...errorCells(i.metrics),
        number(i.parameter_count, 12),
        ago(i.created_at),
        ...(removable
          ? [
              aliasesOf(i).length
                ? h('span', {class: 'quiet', title: 'It has an alias'}, 'kept')
                : button('Delete', () => remove(i.version), {
                    'aria-label': `Delete version ${i.version}`,
                  }),
            ]
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
