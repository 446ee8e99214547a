// app.js - the frame: rail, routes, the strip "as curl".
//
// An address is a screen and its state: #/models/flights?horizon=24. A screen is a module of
// screens/ that exports title and render(root, params). params: path (the segments behind the
// screen's own), query (an object), signal (aborted when the screen is left), set({horizon: 24})
// (changes the state in the address without drawing anew). What render returns may have
// update(params), called instead of render when only the query has changed, and leave().
import {h, replace, loading, problem, button, copy, link} from './dom.js';
import * as api from './api.js';
import {screens} from './screens.js';

const main = document.getElementById('main');
let shown = null; // {address, handle, abort}

// A segment whose percent-encoding is incomplete stays as it is.
function decoded(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function parse() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  const segments = path
    .split('/')
    .filter(s => s !== '')
    .map(decoded);
  return {
    at: segments[0] ?? '',
    path: segments.slice(1),
    key: path,
    query: Object.fromEntries(new URLSearchParams(query ?? '')),
  };
}

// ---- rail

const badge = h('span', {class: 'badge', hidden: true});

function drawRail(at) {
  replace(
    document.getElementById('rail'),
    screens
      .filter(s => s.rail)
      .map(s =>
        h(
          'a',
          {href: link(s.at ? [s.at] : []), 'aria-current': s.at === at ? 'page' : null},
          s.rail,
          s.at === '' ? badge : null,
        ),
      ),
  );
}

function showRunning({count, error}) {
  document.documentElement.classList.toggle('offline', error?.status === 0);
  badge.hidden = !(count > 0);
  badge.textContent = count;
  badge.title = `${count} running`;
  badge.setAttribute('aria-label', `${count} running`);
}

// ---- the strip

function curlStrip() {
  const code = h('code', null);
  const strip = h(
    'details',
    {class: 'curl', hidden: true},
    h('summary', null, 'as curl'),
    h('pre', {tabindex: '0'}, code),
    button('Copy', () => copy(code.textContent)),
  );
  api.whenShown(text => {
    code.textContent = text;
    strip.hidden = false;
  });
  return strip;
}

// ---- screens

function keyForm(error) {
  const field = h('input', {
    type: 'password',
    autocomplete: 'off',
    required: true,
    'aria-describedby': 'key-why',
  });
  return h(
    'form',
    {
      class: 'key',
      onsubmit: e => {
        e.preventDefault();
        api.setKey(field.value.trim());
        draw(true);
      },
    },
    h('h1', null, 'A key is needed'),
    h('p', {id: 'key-why'}, error.message),
    h('label', {class: 'field'}, h('span', null, 'Key'), field),
    h(
      'p',
      {class: 'quiet'},
      'It stays in this tab until that is closed, and is sent to this service alone.',
    ),
    h('button', {class: 'primary'}, 'Log in'),
  );
}

function fail(root, error) {
  if (error.name === 'AbortError') return;
  if (error.status === 401 || (error.status === 403 && api.key())) replace(root, keyForm(error));
  else
    replace(
      root,
      h('h1', null, 'lstmd'),
      problem(error, () => draw(true)),
    );
  if (!(error instanceof api.ApiError)) console.error(error);
}

function paramsOf(address, abort) {
  return {
    path: address.path,
    query: address.query,
    signal: abort.signal,
    set(query) {
      Object.assign(address.query, query);
      const segments = address.at ? [address.at, ...address.path] : address.path;
      history.replaceState(null, '', link(segments, address.query));
    },
  };
}

function load(module) {
  return import(`./screens/${module}.js`).catch(error => {
    if (error instanceof SyntaxError) throw error;
    throw new api.ApiError(
      0,
      `The service at ${api.root.host} does not answer, or is of another version than this page. ` +
        'Reload the page when it is there.',
    );
  });
}

async function draw(anew) {
  const address = parse();
  if (!anew && shown?.handle?.update && shown.address.key === address.key) {
    shown.address = address;
    shown.handle.update(paramsOf(address, shown.abort));
    return;
  }
  shown?.abort.abort();
  shown?.handle?.leave?.();
  const mine = (shown = {address, abort: new AbortController(), handle: null});
  const screen = screens.find(s => s.at === address.at);
  const root = h('div', {class: 'screen'}, loading());
  drawRail(address.at);
  replace(main, root, curlStrip());
  if (!screen) {
    replace(
      root,
      h('h1', null, 'There is no such screen'),
      h('p', null, h('a', {href: '#/'}, 'Go to the first one')),
    );
    return;
  }
  try {
    const module = await load(screen.module);
    document.title = `${address.path[0] ?? module.title} – lstmd`;
    if (mine !== shown) return;
    mine.handle = (await module.render(root, paramsOf(address, mine.abort))) ?? null;
    if (mine !== shown) mine.handle?.leave?.();
  } catch (error) {
    if (mine === shown) fail(root, error);
  }
}

addEventListener('hashchange', () => {
  const same = shown?.address.key === parse().key;
  draw(false);
  if (same) return;
  main.focus({preventScroll: true});
  scrollTo(0, 0);
});
draw(true);
api.watchJobs(showRunning);
