// parameters.js - fields of a form, made from schemas of the contract: with unit, range, default
// and help for each, and with a place for the service's error about it.
import {h, replace} from './dom.js';
import {number} from './format.js';
import {prose} from './openapi.js';

// "Passes over the data. Unit: epochs." -> ["Passes over the data.", "epochs"]. "Left out: ..." is
// removed, because an empty field shows its default itself.
function parts(description) {
  const text = (description ?? '').replace(/\s*Left out: [^.]*\./, '');
  const m = /^(.*?)\s*Unit: ([^.]+)\.$/s.exec(text);
  return m ? [m[1], m[2]] : [text, null];
}

const plain = v => (typeof v === 'number' ? number(v, 12) : String(v));

const asRecipe = 'as the recipe';
const unbounded = 2147483647; // such a maximum only means the largest int, so it is not shown

function range(s) {
  const {minimum: a, maximum: b} = s;
  if (a !== undefined && b !== undefined && b < unbounded)
    return `${number(a, 12)} to ${number(b, 12)}`;
  if (a !== undefined) return `${number(a, 12)} or more`;
  return b !== undefined ? `at most ${number(b, 12)}` : null;
}

function choicesOf(s) {
  if (s.type === 'boolean') return ['true', 'false'];
  return s.enum ? s.enum.map(String) : null;
}

// Numbers as JSON numbers. Any other text is sent as it is, so that the service refuses it with a
// message.
function typed(s, text) {
  if (text === '') return undefined;
  if (s.type === 'boolean') return text === 'true';
  if (s.type !== 'integer' && s.type !== 'number') return text;
  const v = Number(text.replace(/\s/g, ''));
  return Number.isFinite(v) ? v : text;
}

function restText(rest) {
  if (!rest) return 'left out';
  return rest === asRecipe ? rest : `${rest} (default)`;
}

// A field for the member that the JSON pointer names. options: label, schema, value (text), choices
// ([value, text]...), suggestions, rest (what an empty field means), onchange. Returns {pointer,
// element, value(), text(), wrong(text or null)}.
export function field({pointer, label, schema, value = '', choices, suggestions, rest, onchange}) {
  const id = `p${pointer.replaceAll('/', '-')}`;
  const [help, unit] = parts(schema.description);
  const simple = choicesOf(schema);
  const about = {
    id,
    name: pointer,
    'aria-describedby': `${id}-help ${id}-why`,
    onchange,
    oninput: onchange,
  };
  const list = choices ?? (simple && [['', restText(rest)], ...simple.map(v => [v, v])]);
  const control = list
    ? h(
        'select',
        about,
        list.map(([v, text]) => h('option', {value: v, selected: v === value}, text)),
      )
    : h('input', {
        ...about,
        type: 'text',
        value,
        placeholder: rest,
        list: suggestions ? `${id}-list` : null,
        inputmode:
          schema.type === 'integer' ? 'numeric' : schema.type === 'number' ? 'decimal' : null,
        autocomplete: 'off',
        spellcheck: 'false',
      });
  const why = h('span', {class: 'wrong-why', id: `${id}-why`, role: 'alert'});
  const bounds = [range(schema), unit].filter(Boolean).join(' ');
  const limits = [bounds, rest && !list && `empty: ${rest}`].filter(Boolean).join('; ');
  const element = h(
    'div',
    {class: 'field param'},
    h('label', {for: id}, label),
    control,
    why,
    h(
      'small',
      {class: 'quiet', id: `${id}-help`},
      prose(help),
      limits && h('span', {class: 'limits'}, ` ${limits}.`),
    ),
    suggestions &&
      h(
        'datalist',
        {id: `${id}-list`},
        suggestions.map(s => h('option', {value: s})),
      ),
  );
  return {
    pointer,
    element,
    control,
    text: () => control.value.trim(),
    value: () => typed(schema, control.value.trim()),
    wrong(text) {
      element.classList.toggle('wrong', text !== null);
      if (text === null) control.removeAttribute('aria-invalid');
      else control.setAttribute('aria-invalid', 'true');
      replace(why, text);
    },
  };
}

// What an empty field stands for: the default of the contract, which is that of the recipe default.
export function restOf(schema, recipe) {
  if (recipe !== 'default') return asRecipe;
  return schema.default === undefined ? null : `${plain(schema.default)}`;
}

// The body of a request from fields, by their pointers; empty fields are left out.
export function bodyOf(fields) {
  const body = {};
  for (const f of fields) {
    const v = f.value();
    if (v === undefined) continue;
    const names = f.pointer.slice(1).split('/');
    let at = body;
    for (const name of names.slice(0, -1)) at = at[name] ??= {};
    at[names.at(-1)] = v;
  }
  return body;
}

// Puts the service's errors at their fields; returns the errors that have no field here. The first
// field that is wrong takes the focus.
export function showErrors(fields, error) {
  for (const f of fields) f.wrong(null);
  const elsewhere = [];
  let first = null;
  for (const e of error.errors ?? []) {
    const f = fields.find(x => x.pointer === e.pointer);
    if (!f) {
      elsewhere.push(e);
      continue;
    }
    f.wrong(e.detail);
    f.element.closest('details')?.setAttribute('open', '');
    first ??= f;
  }
  first?.control.focus();
  return {elsewhere, found: first !== null};
}
