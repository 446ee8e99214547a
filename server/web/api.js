// api.js - every request of the page. An error has the API's own message.

export const root = new URL('../', document.baseURI);
const slot = 'lstmd.key';

export class ApiError extends Error {
  // status 0: no answer. errors: [{pointer, parameter, line, detail}].
  constructor(status, detail, errors) {
    super(detail);
    this.status = status;
    this.errors = errors ?? [];
  }
}

// ---- the key: kept until the tab is closed, sent as a header, never part of an address

export function key() {
  try {
    return sessionStorage.getItem(slot) ?? '';
  } catch {
    return '';
  }
}

export function setKey(value) {
  if (value) sessionStorage.setItem(slot, value);
  else sessionStorage.removeItem(slot);
  access = null;
}

// What the key may do: {name, scopes, names, expires_at} as the service describes it. Without a key
// where one is needed: no scope; the screens then ask for one.
let access = null;
export async function ownKey() {
  access ??= request('GET', 'v1/key', {}).catch(error => {
    access = null;
    if (error.status !== 401 && error.status !== 403) throw error;
    return {name: null, scopes: [], names: null, expires_at: null};
  });
  return access;
}

// scope: read, predict, train or admin.
export async function may(scope) {
  return (await ownKey()).scopes.includes(scope);
}
export const mayWrite = () => may('train');

// ---- requests

// Called with the curl line of each request that is made with {shown: true}, for the strip "as
// curl".
let onShown = () => {};
export function whenShown(f) {
  onShown = f;
}

export function address(path, query) {
  const url = new URL(path, root);
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== null && value !== undefined && value !== '') url.searchParams.set(name, value);
  return url;
}

function shell(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

// The request as a line for a shell. The key is not in it, only the variable LSTMD_KEY.
export function curl(method, path, {query, body, type, accept, file} = {}) {
  const words = ['curl'];
  const url = address(path, query).href.replaceAll('%2C', ',');
  if (file) words.push('-T', shell(file));
  else if (method === 'DELETE' || method === 'PUT') words.push('-X', method);
  words.push(shell(url));
  if (key()) words.push('-H "Authorization: Bearer $LSTMD_KEY"');
  if (type) words.push('-H', shell(`Content-Type: ${type}`));
  if (accept) words.push('-H', shell(`Accept: ${accept}`));
  if (body && !file) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    words.push(
      type === 'application/json' ? '-d' : '--data-binary',
      text.length < 2000 ? shell(text) : '@FILE',
    );
  } else if (method === 'POST') {
    words.push("-d ''");
  }
  return words.join(' ');
}

// Shows a request in the strip without making it.
export function show(method, path, options) {
  onShown(curl(method, path, {...options, type: options?.body ? 'application/json' : undefined}));
}

async function readProblem(answer) {
  let document = {};
  try {
    document = await answer.json();
  } catch {
    /* a proxy's page */
  }
  return new ApiError(
    answer.status,
    document.detail ??
      document.title ??
      `The service answers ${answer.status} ${answer.statusText}.`,
    document.errors,
  );
}

// options: query, body (text, Blob, or an object that becomes JSON), type, accept, headers, signal,
// as ('json', 'text', 'blob', 'response'), any (whatever the status is), shown, file (the name of
// the body, for curl).
export async function request(method, path, options = {}) {
  const {query, signal, as = 'json'} = options;
  let {body, type} = options;
  const headers = {Accept: options.accept ?? 'application/json', ...options.headers};
  if (body !== undefined && typeof body !== 'string' && !(body instanceof Blob)) {
    type = 'application/json';
    body = JSON.stringify(body);
  }
  if (type) headers['Content-Type'] = type;
  if (key()) headers.Authorization = `Bearer ${key()}`;
  if (options.shown) onShown(curl(method, path, {...options, body, type}));
  let answer;
  try {
    answer = await fetch(address(path, query), {method, headers, body, signal});
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new ApiError(
      0,
      `The service at ${root.host} does not answer. Is it running, and is the network there?`,
    );
  }
  if (!answer.ok && !options.any) throw await readProblem(answer);
  if (as === 'response') return answer;
  if (answer.status === 204) return null;
  return answer[as]();
}

export const get = (path, options) => request('GET', path, options);
export const post = (path, body, options) => request('POST', path, {...options, body});

// All items of a list, at most `most`.
export async function list(path, {query, signal, most = 1000} = {}) {
  const items = [];
  let cursor = null;
  do {
    const page = await get(path, {query: {limit: Math.min(most, 200), ...query, cursor}, signal});
    items.push(...page.items);
    cursor = page.next;
  } while (cursor && items.length < most);
  return items;
}

// The events of a job, with the key in a header, which EventSource cannot do. Calls
// f(name, data) for each; resolves when the stream ends.
export async function events(path, f, {signal} = {}) {
  const answer = await get(path, {signal, as: 'response', accept: 'text/event-stream'});
  if (answer.status === 204) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const {value, done} = await reader.read();
    if (done) return;
    text += value;
    const blocks = text.split('\n\n');
    text = blocks.pop();
    for (const block of blocks) {
      let name = 'message',
        data = '';
      for (const line of block.split('\n')) {
        if (line.startsWith('event:')) name = line.slice(6).trim();
        else if (line.startsWith('data:')) data += line.slice(5).trim();
      }
      if (data) f(name, JSON.parse(data));
    }
  }
}

// ---- the running jobs, requested once for the whole page

const listeners = new Set();
let timer = 0,
  busy = false;
const every = 5000;

function later(ms) {
  clearTimeout(timer);
  timer = setTimeout(look, ms);
}

async function look() {
  clearTimeout(timer);
  if (listeners.size === 0 || busy) return;
  if (!document.hidden) {
    busy = true;
    try {
      const {items} = await get('v1/jobs', {query: {state: 'running', limit: 100}});
      for (const f of listeners) f({running: items, count: items.length, error: null});
    } catch (error) {
      for (const f of listeners) f({running: [], count: 0, error});
    }
    busy = false;
  }
  later(every);
}

// Called by a screen whose own requests, one every `every` ms, return the number of running jobs.
// Then the page makes no request for it.
export function tellRunning(count, every) {
  for (const f of listeners) f({running: null, count, error: null});
  later(2 * every);
}

// Calls f({running, count, error}) now and every five seconds while the page is visible; running is
// null when only the count is known. Returns the function that ends this.
export function watchJobs(f) {
  listeners.add(f);
  look();
  return () => listeners.delete(f);
}
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) look();
});
