// schema.js - a schema of the contract as nested lists of members, opened one level at a time.
import {h} from './dom.js';
import {prose, resolve} from './openapi.js';

function nameOf(node) {
  return node?.$ref ? node.$ref.split('/').pop() : null;
}

// What a value is, in a few words: "integer, 1 to 100", "array of Forecast", "one of: a, b".
export function typeOf(contract, node) {
  const s = resolve(contract, node);
  if (!s) return 'anything';
  if (s.const !== undefined) return JSON.stringify(s.const);
  if (s.enum) return `one of: ${s.enum.map(String).join(', ')}`;
  const several = s.oneOf ?? s.anyOf;
  if (several) return several.map(x => nameOf(x) ?? x.title ?? typeOf(contract, x)).join(' or ');
  if (s.type === 'array') return `array of ${nameOf(s.items) ?? typeOf(contract, s.items)}`;
  const type = [s.type ?? 'object'].flat().join(' or ');
  const {minimum: a, maximum: b} = s;
  if (a !== undefined && b !== undefined) return `${type}, ${a} to ${b}`;
  if (a !== undefined) return `${type}, from ${a}`;
  if (s.pattern) return `${type} like ${s.pattern}`;
  return s.format ? `${type} (${s.format})` : type;
}

// The objects within a value: itself, the items of an array, the branches of a choice.
function inner(contract, node) {
  const s = resolve(contract, node);
  if (!s) return [];
  const several = s.oneOf ?? s.anyOf;
  if (several)
    return several.flatMap(x =>
      inner(contract, x).map(i => ({...i, title: i.title ?? nameOf(x) ?? x.title})),
    );
  if (s.type === 'array') return inner(contract, s.items);
  if (s.properties) return [{schema: s, title: s.title ?? null}];
  if (s.additionalProperties?.properties || s.additionalProperties?.$ref)
    return inner(contract, s.additionalProperties);
  return [];
}

function member(contract, name, node, required) {
  const s = resolve(contract, node);
  const deeper = inner(contract, node);
  const line = [
    h('code', {class: 'member'}, name),
    ' ',
    h(
      'span',
      {class: 'quiet'},
      typeOf(contract, node),
      required ? ', required' : '',
      s?.default !== undefined ? `, default ${JSON.stringify(s.default)}` : '',
    ),
  ];
  const text = s?.description ? h('div', {class: 'small'}, prose(s.description)) : null;
  return h(
    'li',
    null,
    line,
    text,
    deeper.length > 0 && lazy('its members', () => objects(contract, deeper)),
  );
}

function lazy(title, make) {
  const box = h(
    'details',
    {
      ontoggle: () => {
        if (box.open && box.children.length === 1) box.append(h('div', {class: 'nested'}, make()));
      },
    },
    h('summary', null, title),
  );
  return box;
}

function objects(contract, list) {
  return list.map(({schema, title}) => [
    list.length > 1 && title && h('h4', null, title),
    h(
      'ul',
      {class: 'members'},
      Object.entries(schema.properties).map(([name, node]) =>
        member(contract, name, node, schema.required?.includes(name)),
      ),
    ),
  ]);
}

// The schema as an element; null where it has no members.
export function schemaView(contract, node) {
  const list = inner(contract, node);
  return list.length === 0
    ? h('p', {class: 'small'}, typeOf(contract, node))
    : h('div', null, objects(contract, list));
}
