// try_it.js - one operation of the contract with the reader's own values: as a curl command, and as
// a request to this service if the operation changes nothing.
import {h, replace, button, copy, menu} from './dom.js';
import * as api from './api.js';
import {bytes, number} from './format.js';
import {field} from './parameters.js';
import {resolve} from './openapi.js';

const most = 65536; // characters of an answer that are shown
const patience = 5000; // ms that a stream is listened to

// Values for a path's {name}: names of objects that the service has.
async function known(path, signal) {
  const of = (what, member) =>
    api.list(`v1/${what}`, {signal, most: 200}).then(
      l => l.map(x => x[member]),
      () => [],
    );
  if (path.startsWith('/v1/datasets/')) return of('datasets', 'name');
  if (path.startsWith('/v1/models/')) return of('models', 'name');
  if (path.startsWith('/v1/jobs/')) return of('jobs', 'id');
  return [];
}

// Reads the beginning of a body: at most `patience` ms of a stream, and some `most` characters.
async function beginning(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  const late = setTimeout(() => reader.cancel().catch(() => {}), patience);
  let text = '';
  for (;;) {
    const {value, done} = await reader.read();
    if (value) text += value;
    if (done || text.length > most) break;
  }
  clearTimeout(late);
  reader.cancel().catch(() => {});
  return text;
}

function pretty(text, type) {
  if (!/json/.test(type)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function bodyOf(answer, type) {
  if (type.startsWith('image/svg'))
    return h('img', {
      class: 'answer-picture',
      alt: 'the picture in the response',
      src: URL.createObjectURL(await answer.blob()),
    });
  if (/octet-stream|safetensors/.test(type)) {
    const size = (await answer.blob()).size;
    return h('p', null, `${bytes(size)} that are no text.`);
  }
  const text = await beginning(answer);
  const shown = pretty(text.length > most ? text.slice(0, most) : text, type);
  return [
    h('pre', {class: 'code answer', tabindex: '0'}, h('code', null, shown)),
    text.length > most && h('p', {class: 'note'}, 'The answer goes on; this is its beginning.'),
  ];
}

async function send(out, path, options, signal) {
  const began = performance.now();
  replace(out, h('p', {class: 'quiet'}, 'Waiting for the response …'));
  try {
    const answer = await api.get(path, {
      ...options,
      as: 'response',
      any: true,
      signal,
      shown: true,
    });
    const took = performance.now() - began;
    const type = answer.headers.get('Content-Type') ?? '';
    const body = answer.status === 204 || answer.status === 304 ? null : await bodyOf(answer, type);
    replace(
      out,
      h(
        'p',
        null,
        h('b', {class: answer.ok ? '' : 'bad'}, `${answer.status} ${answer.statusText}`),
        h('span', {class: 'quiet'}, ` ${type}, ${number(took, 3)} ms`),
      ),
      body,
    );
  } catch (error) {
    if (error.name !== 'AbortError') replace(out, h('p', {class: 'bad'}, error.message));
  }
}

function examplesOf(body) {
  return Object.entries(body?.content ?? {}).flatMap(([type, c]) =>
    c.examples
      ? Object.entries(c.examples).map(([name, e]) => ({
          name: `${name} (${type})`,
          type,
          value: e.value,
        }))
      : c.example !== undefined
        ? [{name: type, type, value: c.example}]
        : [],
  );
}

// The part "try it" of the operation o: method of path.
export async function tryIt(contract, method, path, o, signal) {
  const parameters = (o.parameters ?? []).map(p => resolve(contract, p));
  const suggestions = await known(path, signal);
  const places = parameters.filter(p => p.in === 'path');
  const fields = new Map();
  const line = h('code'),
    out = h('div', {'aria-live': 'polite', class: 'answer-place'});
  const body = resolve(contract, o.requestBody);
  const examples = examplesOf(body);
  const accepts = Object.keys(resolve(contract, o.responses?.['200'])?.content ?? {});
  let example = examples[0],
    accept = accepts.length > 1 ? accepts[0] : undefined;

  const where = () =>
    path
      .replace(/^\//, '')
      .replace(/\{(\w+)\}/g, (all, name) => encodeURIComponent(fields.get(name)?.text() || name));
  const options = () => ({
    accept,
    query: Object.fromEntries(
      parameters.filter(p => p.in === 'query').map(p => [p.name, fields.get(p.name).text()]),
    ),
  });
  const text = () =>
    api.curl(method.toUpperCase(), where(), {
      ...options(),
      body: example?.value,
      type: example?.type,
    });
  const draw = () => {
    line.textContent = text();
  };
  for (const p of parameters.filter(x => x.in === 'path' || x.in === 'query')) {
    const first = places.indexOf(p) === 0 && suggestions.length > 0;
    fields.set(
      p.name,
      field({
        pointer: `/${o.operationId}/${p.name}`,
        label: h('code', null, p.name),
        schema: {...resolve(contract, p.schema), description: p.description},
        rest: resolve(contract, p.schema).default?.toString(),
        suggestions: first ? suggestions : null,
        value: first ? suggestions[0] : '',
        onchange: draw,
      }),
    );
  }
  draw();
  const form = h(
    'form',
    {
      novalidate: true,
      onsubmit: e => {
        e.preventDefault();
        draw();
        if (method === 'get') send(out, where(), options(), signal);
      },
    },
    h(
      'div',
      {class: 'params'},
      [...fields.values()].map(f => f.element),
    ),
    h(
      'div',
      {class: 'actions'},
      examples.length > 1 &&
        menu(
          'Example',
          examples.map((e, i) => [String(i), e.name]),
          '0',
          i => {
            example = examples[i];
            draw();
          },
        ),
      accept &&
        menu(
          'Answer as',
          accepts.map(a => [a, a]),
          accept,
          a => {
            accept = a;
            draw();
          },
        ),
      method === 'get' && h('button', {class: 'primary'}, 'Send'),
      button('Copy the curl line', () => copy(line.textContent)),
    ),
    h('pre', {class: 'code', tabindex: '0'}, line),
    out,
  );
  return form;
}
