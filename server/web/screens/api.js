// api.js - the contract of the service as a reference to read, with requests to try.
import {h, replace, link, empty} from '../dom.js';
import * as api from '../api.js';
import {loadContract, prose, resolve} from '../openapi.js';
import {schemaView, typeOf} from '../schema.js';
import {tryIt} from '../try_it.js';

export const title = 'API';

const methods = ['get', 'post', 'put', 'delete'];

function operationsOf(contract) {
  const all = [];
  for (const [path, item] of Object.entries(contract.paths)) {
    if (path.startsWith('/ui')) continue;
    for (const method of methods)
      if (item[method])
        all.push({
          path,
          method,
          ...item[method],
          parameters: [...(item.parameters ?? []), ...(item[method].parameters ?? [])],
        });
  }
  return all;
}

// ---- one operation

function parametersPart(contract, list) {
  if (list.length === 0) return null;
  const rest = p => (p.schema?.default !== undefined ? `, default ${p.schema.default}` : '');
  return [
    h('h3', null, 'Parameters'),
    h(
      'ul',
      {class: 'members'},
      list.map(p =>
        h(
          'li',
          null,
          h('code', {class: 'member'}, p.name),
          h(
            'span',
            {class: 'quiet'},
            ` in the ${p.in}, ${typeOf(contract, p.schema)}`,
            p.required ? ', required' : '',
            rest(p),
          ),
          h('div', {class: 'small'}, prose(p.description)),
        ),
      ),
    ),
  ];
}

function contentPart(contract, content) {
  return Object.entries(content ?? {}).map(([type, c]) =>
    h(
      'details',
      null,
      h('summary', null, h('code', null, type)),
      h(
        'div',
        {class: 'nested'},
        c.schema ? schemaView(contract, c.schema) : null,
        c.example !== undefined &&
          h(
            'pre',
            {class: 'code', tabindex: '0'},
            h(
              'code',
              null,
              typeof c.example === 'string' ? c.example : JSON.stringify(c.example, null, 2),
            ),
          ),
      ),
    ),
  );
}

function answersPart(contract, responses) {
  return [
    h('h3', null, 'Answers'),
    h(
      'ul',
      {class: 'members'},
      Object.entries(responses).map(([status, node]) => {
        const r = resolve(contract, node);
        const good = /^[23]/.test(status);
        return h(
          'li',
          null,
          h('code', {class: good ? '' : 'bad'}, status),
          ' ',
          prose(r.description),
          good && contentPart(contract, r.content),
        );
      }),
    ),
  ];
}

async function fill(part, contract, o, signal) {
  const parameters = o.parameters.map(p => resolve(contract, p));
  const body = resolve(contract, o.requestBody);
  const trial = h('div');
  part.append(
    h('p', null, prose(o.description)),
    h('h3', null, o.method === 'get' ? 'Try it' : 'As curl'),
    trial,
    h('div', null, parametersPart(contract, parameters)),
    body
      ? h(
          'div',
          null,
          h('h3', null, 'Body'),
          h('p', null, prose(body.description)),
          contentPart(contract, body.content),
        )
      : '',
    h('div', null, answersPart(contract, o.responses)),
  );
  replace(trial, await tryIt(contract, o.method, o.path, o, signal));
}

function operation(contract, o, open, params) {
  const part = h('div', {class: 'nested'});
  const box = h(
    'details',
    {
      class: 'operation',
      id: o.operationId,
      ontoggle: () => {
        if (!box.open) return;
        history.replaceState(null, '', link(['api', o.operationId], params.query));
        if (part.children.length > 0) return;
        fill(part, contract, o, params.signal).catch(e => {
          if (e.name !== 'AbortError') part.append(h('p', {class: 'bad'}, e.message));
        });
      },
    },
    h(
      'summary',
      null,
      h('span', {class: `method ${o.method}`}, o.method.toUpperCase()),
      ' ',
      h('code', null, o.path),
      ' ',
      h('span', {class: 'quiet'}, o.summary),
    ),
    part,
  );
  box.open = open;
  return box;
}

// ---- the screen

function matches(o, words) {
  const text = `${o.method} ${o.path} ${o.summary} ${o.description} ${o.operationId}`.toLowerCase();
  return words.every(w => text.includes(w));
}

export async function render(root, params) {
  const contract = await loadContract();
  const all = operationsOf(contract);
  const wanted = params.path[0];
  const list = h('div');
  function draw() {
    const words = (params.query.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const found = all.filter(o => matches(o, words));
    replace(
      list,
      found.length === 0
        ? empty('No operation has these words.')
        : contract.tags
            .filter(t => found.some(o => o.tags.includes(t.name)))
            .map(t =>
              h(
                'section',
                null,
                h('h2', null, t.name),
                h('p', {class: 'quiet'}, prose(t.description)),
                found
                  .filter(o => o.tags[0] === t.name)
                  .map(o => operation(contract, o, o.operationId === wanted, params)),
              ),
            ),
    );
  }
  replace(
    root,
    h('h1', null, 'API'),
    h(
      'p',
      {class: 'lead'},
      `${all.length} operations of ${contract.info.title} ${contract.info.version}. `,
      h('a', {href: api.address('openapi.json').href, download: 'openapi.json'}, 'openapi.json'),
      ' is the same for programs.',
    ),
    h('p', null, prose(contract.info.description)),
    h(
      'label',
      {class: 'field'},
      h('span', null, 'Search'),
      h('input', {
        type: 'search',
        value: params.query.q ?? '',
        oninput: e => {
          params.set({q: e.target.value || null});
          draw();
        },
      }),
    ),
    list,
  );
  draw();
  if (wanted) document.getElementById(wanted)?.scrollIntoView();
  api.show('GET', 'openapi.json');
  return null;
}
