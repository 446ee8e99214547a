// train.js - a form for a job, made from the contract's table of parameters.
import {h, replace, link, button, empty, go, problem} from '../dom.js';
import * as api from '../api.js';
import {loadContract, prose, resolve} from '../openapi.js';
import {bodyOf, field, restOf, showErrors} from '../parameters.js';

export const title = 'Train';

const tasks = [
  ['forecast', 'Train a forecaster'],
  ['backtest', 'Backtest a recipe: how well would it have forecast?'],
  ['tag', 'Train a tagger'],
];
// The parameters that are shown first; all others are under "All parameters".
const basics = {
  forecast: ['horizon', 'season_length', 'test_size', 'ensemble', 'epochs', 'seed'],
  tag: ['column', 'test_size', 'epochs', 'hidden_size', 'context', 'seed'],
};
const recipes = {
  default: 'default: the best that the service knows',
  'tutorial-sine': 'tutorial-sine: a small net for a sine wave',
  'tutorial-flights': 'tutorial-flights: a small net, one step ahead',
  'tutorial-tagger': 'tutorial-tagger: a small net for two sentences',
};

// The name of a field in the address: /params/epochs is params.epochs.
const inAddress = pointer => pointer.slice(1).replaceAll('/', '.');

// The values in the address or, with ?job=, those of that job's request that are not the default.
async function wanted(query, contract, signal) {
  if (!query.job) return query;
  const job = await api.get(`v1/jobs/${encodeURIComponent(query.job)}`, {signal});
  const table =
    contract.components.schemas[
      job.task === 'tag' ? 'TagHyperparameters' : 'ForecastHyperparameters'
    ].properties;
  const out = {
    task: job.task,
    dataset: job.dataset,
    model: job.model,
    recipe: job.params.recipe,
    warm_start_from: job.warm_start_from,
    validation_dataset: job.validation_dataset,
  };
  for (const name of ['windows', 'step', 'horizon']) out[name] = job[name];
  for (const [name, v] of Object.entries(job.params)) {
    const same = job.params.recipe === 'default' && table[name]?.default === v;
    if (table[name] && !same && name !== 'threads') out[`params.${name}`] = String(v);
  }
  if (job.search) {
    out['search.trials'] = String(job.search.trials);
    out['search.time_limit_seconds'] = String(job.search.time_limit_seconds);
  }
  const {job: _, ...rest} = query;
  return {...out, ...rest};
}

class Form {
  constructor(root, parts, params) {
    Object.assign(this, {root, params}, parts);
    this.query = {...parts.wanted};
    const set = this.sets.find(d => d.name === this.query.dataset) ?? this.sets[0];
    this.query.dataset = set.name;
  }

  get set() {
    return this.sets.find(d => d.name === this.query.dataset);
  }

  // The task, which has to fit the data.
  get task() {
    if (this.set.kind === 'tagged') return 'tag';
    return this.query.task === 'backtest' ? 'backtest' : 'forecast';
  }

  // The schemas of the body of this task.
  get schema() {
    const body = resolve(this.contract, this.contract.components.requestBodies.JobRequest);
    return body.content['application/json'].schema.oneOf.find(
      s => s.properties.task.const === this.task,
    );
  }

  get table() {
    return resolve(this.contract, this.schema.properties.params).properties;
  }

  get recipe() {
    const known = resolve(this.contract, this.schema.properties.recipe).enum;
    return known.includes(this.query.recipe) ? this.query.recipe : 'default';
  }

  take(pointer) {
    const v = this.query[inAddress(pointer)];
    return v === undefined || v === null ? '' : String(v);
  }

  // Keeps the values of the fields, in the address as well, from which it removes fields of another
  // task.
  keep() {
    for (const f of this.fields) this.query[inAddress(f.pointer)] = f.text() || null;
    if (this.query.recipe === 'default') this.query.recipe = null;
    for (const name of Object.keys(this.params.query))
      if (!(name in this.query)) this.params.query[name] = null;
    this.params.set(this.query);
    api.show('POST', 'v1/jobs', {body: this.body()});
  }

  body() {
    const body = bodyOf(this.fields);
    if (this.search && !this.searching.checked) delete body.search;
    else if (this.search) body.search ??= {};
    if (this.covariates.length > 0) {
      const known = this.covariates.filter(c => c.checked).map(c => c.value);
      if (known.length > 0) body.future_covariates = known;
    }
    return body;
  }

  add(options) {
    const schema = resolve(this.contract, options.schema);
    const f = field({
      value: this.take(options.pointer),
      onchange: () => this.keep(),
      ...options,
      schema,
    });
    this.fields.push(f);
    return f.element;
  }

  parameter(name) {
    const schema = this.table[name];
    return this.add({
      pointer: `/params/${name}`,
      label: h('code', null, name),
      schema,
      rest: restOf(schema, this.recipe),
    });
  }

  // Another choice that changes which fields there are.
  choose(name, v) {
    this.keep();
    this.query[name] = v;
    this.draw();
    this.root.querySelector(`[name="/${name}"]`)?.focus();
  }

  what() {
    const {schema, task} = this;
    const offered = tasks.filter(([t]) => (t === 'tag') === (this.set.kind === 'tagged'));
    return [
      this.add({
        pointer: '/dataset',
        label: 'Data set',
        schema: {description: schema.properties.dataset.description},
        value: this.query.dataset,
        choices: this.sets.map(d => [d.name, d.name]),
        onchange: e => e.type === 'change' && this.choose('dataset', e.target.value),
      }),
      this.add({
        pointer: '/task',
        label: 'Task',
        schema: {description: schema.properties.task.description},
        value: task,
        choices: offered,
        onchange: e => e.type === 'change' && this.choose('task', e.target.value),
      }),
      this.add({
        pointer: '/model',
        label: task === 'backtest' ? 'Label' : 'Model',
        value: this.take('/model') || (task === 'backtest' ? '' : this.query.dataset),
        schema: {type: 'string', description: schema.properties.model.description},
        suggestions: this.namesOf(task),
      }),
    ];
  }

  namesOf(task) {
    return this.models
      .filter(m => m.task === (task === 'tag' ? 'tag' : 'forecast'))
      .map(m => m.name);
  }

  how() {
    const p = this.schema.properties;
    const parts = [
      this.add({
        pointer: '/recipe',
        label: 'Recipe',
        schema: {description: p.recipe.description},
        value: this.recipe,
        choices: resolve(this.contract, p.recipe).enum.map(r => [r, recipes[r] ?? r]),
        onchange: e => e.type === 'change' && this.choose('recipe', e.target.value),
      }),
    ];
    if (p.warm_start_from)
      parts.push(
        this.add({
          pointer: '/warm_start_from',
          label: 'Start from the weights of',
          schema: p.warm_start_from,
          rest: 'random weights',
          suggestions: this.models
            .filter(m => m.task === this.task)
            .flatMap(m => [
              m.name,
              ...Array.from(
                {length: Math.min(m.version, 20)},
                (_, i) => `${m.name}/${m.version - i}`,
              ),
            ]),
        }),
      );
    if (p.validation_dataset)
      parts.push(
        this.add({
          pointer: '/validation_dataset',
          label: 'Judged by',
          schema: {description: p.validation_dataset.description},
          choices: [
            ['', 'the end of the data set'],
            ...this.sets
              .filter(d => d.kind === 'tagged' && d.name !== this.query.dataset)
              .map(d => [d.name, d.name]),
          ],
        }),
      );
    for (const name of ['windows', 'step', 'horizon'])
      if (p[name])
        parts.push(
          this.add({
            pointer: `/${name}`,
            label: {windows: 'Origins', step: 'Rows between origins', horizon: 'Rows from each'}[
              name
            ],
            schema: p[name],
            rest: 'left out',
          }),
        );
    return parts;
  }

  searchPart() {
    const s = this.schema.properties.search;
    this.search = s;
    if (!s) return null;
    const on =
      Object.keys(this.query).some(k => k.startsWith('search.') && this.query[k]) ||
      this.query.search === '1';
    const fields = h(
      'div',
      {class: 'params', hidden: !on},
      Object.entries(s.properties).map(([name, schema]) =>
        this.add({
          pointer: `/search/${name}`,
          label: h('code', null, name),
          schema,
          rest: String(schema.default),
        }),
      ),
    );
    this.searching = h('input', {
      type: 'checkbox',
      checked: on,
      name: '/search',
      onchange: () => {
        fields.hidden = !this.searching.checked;
        this.query.search = this.searching.checked ? '1' : null;
        if (!this.searching.checked)
          for (const k of Object.keys(this.query))
            if (k.startsWith('search.')) this.query[k] = null;
        this.keep();
        this.nameButton();
      },
    });
    return h(
      'fieldset',
      null,
      h('legend', null, 'Search'),
      h(
        'label',
        {class: 'field check'},
        this.searching,
        h('span', null, 'Search for the best parameters first'),
      ),
      h('p', {class: 'quiet small'}, prose(s.description)),
      fields,
    );
  }

  covariatePart() {
    this.covariates = [];
    const names = this.set.covariates ?? [];
    const s = this.schema.properties.future_covariates;
    if (!s || names.length === 0) return null;
    return h(
      'fieldset',
      null,
      h('legend', null, 'Known in advance'),
      h('p', {class: 'quiet small'}, prose(s.description)),
      h(
        'div',
        {class: 'actions'},
        names.map(name => {
          const box = h('input', {
            type: 'checkbox',
            value: name,
            name: `future_covariates ${name}`,
            onchange: () => this.keep(),
          });
          this.covariates.push(box);
          return h('label', {class: 'field check'}, box, h('span', null, name));
        }),
      ),
    );
  }

  nameButton() {
    this.send.textContent =
      this.task === 'backtest'
        ? 'Backtest'
        : this.search && this.searching.checked
          ? 'Search and train'
          : 'Train';
  }

  async submit(e) {
    e.preventDefault();
    replace(this.trouble);
    this.keep();
    this.send.disabled = true;
    try {
      const job = await api.post('v1/jobs', this.body(), {signal: this.params.signal, shown: true});
      go(['jobs', job.id]);
    } catch (error) {
      if (error.name === 'AbortError') return;
      const {elsewhere, found} = showErrors(this.fields, error);
      if (!found || elsewhere.length > 0) replace(this.trouble, problem(error));
    }
    this.send.disabled = false;
  }

  draw() {
    this.fields = [];
    const names = Object.keys(this.table);
    const first = basics[this.task === 'tag' ? 'tag' : 'forecast'].filter(n => names.includes(n));
    const others = names.filter(n => !first.includes(n));
    this.trouble = h('div');
    this.send = h('button', {class: 'primary'});
    const what = this.what(),
      how = this.how(),
      some = first.map(n => this.parameter(n));
    const open = others.some(n => this.query[`params.${n}`]);
    replace(
      this.root,
      h('h1', null, 'Train'),
      h(
        'p',
        {class: 'lead'},
        'Makes a model of a data set. Whatever is left as it is has a good default.',
      ),
      h(
        'form',
        {class: 'train', novalidate: true, onsubmit: e => this.submit(e)},
        h('fieldset', null, h('legend', null, 'What'), h('div', {class: 'params'}, what)),
        h('fieldset', null, h('legend', null, 'How'), h('div', {class: 'params'}, how)),
        this.covariatePart(),
        this.searchPart(),
        h(
          'fieldset',
          null,
          h('legend', null, 'Parameters'),
          this.recipe !== 'default' &&
            h('p', {class: 'quiet'}, 'What is left empty is as the recipe has it.'),
          h('div', {class: 'params'}, some),
          h(
            'details',
            {open},
            h('summary', null, `All parameters (${others.length} more)`),
            h(
              'div',
              {class: 'params'},
              others.map(n => this.parameter(n)),
            ),
          ),
        ),
        this.trouble,
        h(
          'p',
          {class: 'actions'},
          this.send,
          button('Clear', () => {
            this.query = {dataset: this.query.dataset, task: this.task};
            this.draw();
          }),
        ),
      ),
    );
    this.nameButton();
    this.keep();
  }
}

export async function render(root, params) {
  const {signal} = params;
  const [contract, sets, models, write] = await Promise.all([
    loadContract(),
    api.list('v1/datasets', {signal}).then(all => all.filter(d => d.kind !== 'text')),
    api.list('v1/models', {signal}),
    api.mayWrite(),
  ]);
  if (!write) {
    replace(
      root,
      h('h1', null, 'Train'),
      empty(
        'This key may read, but not train. Log in with another one under ',
        h('a', {href: link(['system'])}, 'System'),
        '.',
      ),
    );
    return null;
  }
  if (sets.length === 0) {
    replace(
      root,
      h('h1', null, 'Train'),
      empty(
        'There is no data to learn from yet. ',
        h('a', {href: link(['data'])}, 'Give some'),
        ', or begin with an ',
        h('a', {href: link([])}, 'example'),
        '.',
      ),
    );
    return null;
  }
  const asked = await wanted(params.query, contract, signal);
  params.query.job = null;
  new Form(root, {contract, sets, models, wanted: asked}, params).draw();
  if (asked.dataset && !sets.some(d => d.name === asked.dataset))
    root
      .querySelector('.lead')
      .after(h('p', {class: 'note'}, `There is no data set '${asked.dataset}'.`));
  return null;
}
