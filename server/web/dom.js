// dom.js - elements of the page. Whatever comes from data becomes text, never HTML.

function append(parent, children) {
  for (const c of children.flat(Infinity)) {
    if (c === null || c === undefined || c === false) continue;
    parent.append(c instanceof Node ? c : String(c));
  }
  return parent;
}

function setAttributes(e, attributes) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) e.addEventListener(name.slice(2), value);
    else if (name === 'css') for (const [k, v] of Object.entries(value)) e.style.setProperty(k, v);
    else if (name === 'value' || name === 'checked' || name === 'selected') e[name] = value;
    else e.setAttribute(name, value === true ? '' : value);
  }
  return e;
}

// h('a', {href: '#/', onclick: f}, 'text', element, [more]). `css` sets properties of the style.
export function h(tag, attributes, ...children) {
  return append(setAttributes(document.createElement(tag), attributes), children);
}

export function svg(tag, attributes, ...children) {
  return append(
    setAttributes(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes),
    children,
  );
}

export function replace(parent, ...children) {
  parent.replaceChildren();
  return append(parent, children);
}

export function button(text, onclick, attributes) {
  return h('button', {type: 'button', onclick, ...attributes}, text);
}

// A table. columns: [{title, number?: true, hint?}]; rows: arrays of cells (text or elements).
export function table(caption, columns, rows) {
  const cell = (c, i) => h('td', {class: columns[i].number ? 'number' : null}, c);
  return h(
    'div',
    {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption},
    h(
      'table',
      null,
      h('caption', {class: 'hidden'}, caption),
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          columns.map(c =>
            h('th', {scope: 'col', class: c.number ? 'number' : null, title: c.hint}, c.title),
          ),
        ),
      ),
      h(
        'tbody',
        null,
        rows.map(r => h('tr', null, r.map(cell))),
      ),
    ),
  );
}

// A field with its label: a menu (choices: [value, text]...) or an input.
export function menu(label, choices, value, onchange, attributes) {
  return h(
    'label',
    {class: 'field'},
    h('span', null, label),
    h(
      'select',
      {onchange: e => onchange(e.target.value), ...attributes},
      choices.map(([v, text]) => h('option', {value: v, selected: v === value}, text)),
    ),
  );
}

export function input(label, attributes) {
  return h('label', {class: 'field'}, h('span', null, label), h('input', attributes));
}

// ---- addresses

// The address of a screen: link(['models', 'flights'], {horizon: 24}).
export function link(segments, query) {
  const wanted = Object.entries(query ?? {}).filter(
    ([, v]) => v !== null && v !== undefined && v !== '',
  );
  const text = new URLSearchParams(wanted).toString().replaceAll('%2C', ',');
  return `#/${segments.map(encodeURIComponent).join('/')}${text ? `?${text}` : ''}`;
}

export function go(segments, query) {
  location.hash = link(segments, query);
}

// ---- states of a screen

export function loading(what) {
  return h('p', {class: 'quiet loading'}, what ?? 'Loading …');
}

export function empty(...children) {
  return h('p', {class: 'quiet empty'}, children);
}

// An error as an element, with the API's own message.
export function problem(error, again) {
  const places = (error.errors ?? []).filter(x => x.detail !== error.message);
  return h(
    'div',
    {class: 'problem', role: 'alert'},
    h('p', null, error.message),
    places.length > 0 &&
      h(
        'ul',
        null,
        places.map(x =>
          h(
            'li',
            null,
            x.pointer || x.parameter ? h('code', null, x.pointer ?? x.parameter) : null,
            x.line ? `line ${x.line}: ` : ' ',
            x.detail,
          ),
        ),
      ),
    again && button('Try again', again),
  );
}

// A line that screen readers speak and everybody sees for some seconds.
let timer = 0;
export function announce(text) {
  const line = document.getElementById('status');
  line.textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => {
    line.textContent = '';
  }, 6000);
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // not a secure context, or not permitted
    const box = h('textarea', {class: 'hidden'});
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand('copy');
    box.remove();
  }
  announce('Copied.');
}

// Asks before something is deleted; resolves to whether to go on.
export function ask(question, yes, no = 'Cancel') {
  return new Promise(go => {
    const end = answer => {
      dialog.close();
      dialog.remove();
      go(answer);
    };
    const dialog = h(
      'dialog',
      {
        class: 'ask',
        oncancel: e => {
          e.preventDefault();
          end(false);
        },
      },
      h('p', null, question),
      h(
        'p',
        {class: 'actions'},
        button(no, () => end(false)),
        button(yes, () => end(true), {class: 'danger'}),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}
