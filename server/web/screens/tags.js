// tags.js - taggers: a text in, its words with their tags out; how good the tagger is.
import {h, replace, table, empty, menu, button, link, problem, announce} from '../dom.js';
import * as api from '../api.js';
import {ago, count, percent} from '../format.js';
import {howGood, term} from '../words.js';
import {taggedText} from '../tag_text.js';
import {confusionPart} from '../confusion.js';
import {download} from '../download.js';
import {noteList} from '../notes.js';

export const title = 'Tags';

const sample = 'The dog ate the apple. Everybody read that book.';
const longest = 1500; // characters of a text that the address keeps

// ---- all taggers

async function taggers(root, signal) {
  const models = (await api.list('v1/models', {signal})).filter(m => m.task === 'tag');
  replace(
    root,
    h('h1', null, 'Tags'),
    h('p', {class: 'lead'}, 'Models that give each word of a text its tag, such as noun or verb.'),
    models.length === 0
      ? empty(
          'No tagger yet. ',
          h('a', {href: link(['start', 'sentences'])}, 'Begin with two sentences'),
          ', or upload a treebank in CoNLL-U and train on it.',
        )
      : table(
          'Taggers',
          [
            {title: 'Tagger'},
            {title: 'Version', number: true},
            {title: 'Right', number: true, hint: 'The share of words whose tag is right'},
            {title: 'Judged by'},
            {title: 'Data'},
            {title: 'Trained'},
          ],
          models.map(m => [
            h('a', {href: link(['tags', m.name])}, m.name),
            m.version,
            Number.isFinite(m.metrics?.accuracy) ? percent(100 * m.metrics.accuracy, 3) : '–',
            m.metrics?.held_out === false ? 'words it learned from' : 'words kept out',
            m.dataset ? h('a', {href: link(['data', m.dataset])}, m.dataset) : '–',
            ago(m.created_at),
          ]),
        ),
  );
  return null;
}

// ---- one tagger

function layersOf(model) {
  return model.xpos_tags
    ? [
        ['upos', 'UPOS: universal word classes'],
        ['xpos', "XPOS: the language's own tags"],
        ['both', 'Both'],
      ]
    : [[model.column === 'xpos' ? 'xpos' : 'upos', 'The tags of the model']];
}

const splits = [
  ['text', 'Nothing: the service splits it'],
  ['sentences', 'A line is a sentence'],
  ['words', 'Words stand between white space'],
  ['vertical', 'A line is a word'],
];

const share = v => (v === null ? '–' : percent(100 * v, 3));

function measured(column) {
  const parts = [`${share(column.accuracy)} of ${count(column.tokens, 'word')} right`];
  const unknown = column.unknown_tokens;
  if (unknown) parts.push(`of the ${unknown} never seen before ${share(column.unknown_accuracy)}`);
  const sentences = count(column.sentences, 'sentence');
  parts.push(`${column.sentences_correct} of ${sentences} without a mistake.`);
  return parts.join('; ');
}

class Tagger {
  constructor(root, model, evaluation, versions, datasets, params) {
    Object.assign(this, {
      root,
      model,
      evaluation,
      versions,
      params,
      datasets,
      other: null, // the evaluation by a data set that was chosen
      answer: null,
      last: 0,
      every: false,
    });
    this.path = `v1/models/${encodeURIComponent(model.name)}`;
    this.layers = layersOf(model);
    this.out = h('div', {class: 'tags-out', 'aria-live': 'off'});
    this.line = h('p', {class: 'quiet', role: 'status'});
    this.judged = h('div');
    this.field = h('textarea', {
      id: 'text',
      dir: 'auto',
      rows: 4,
      value: params.query.text ?? sample,
      spellcheck: 'false',
      oninput: () => {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.tag(), 350);
      },
      onkeydown: e => {
        if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
          e.preventDefault();
          this.tag();
        }
      },
    });
  }

  get layer() {
    const wanted = this.params.query.layer;
    return this.layers.some(([v]) => v === wanted) ? wanted : this.layers[0][0];
  }

  get query() {
    return {version: this.params.query.version, input: this.params.query.input};
  }

  change(query) {
    this.params.set(query);
    if ('version' in query) this.params.again();
    else if ('input' in query) this.tag();
    else this.drawAnswer();
    this.drawJudged();
  }

  async tag() {
    clearTimeout(this.timer);
    const text = this.field.value,
      mine = ++this.last;
    this.params.set({text: text.length <= longest && text !== sample ? text : null});
    if (!text.trim()) {
      replace(this.out, empty('Type or paste a text above.'));
      this.line.textContent = '';
      this.answer = null;
      return;
    }
    this.out.setAttribute('aria-busy', 'true');
    try {
      const answer = await api.post(
        `${this.path}/tag`,
        {text},
        {query: {...this.query, top_k: 3}, signal: this.params.signal, shown: true},
      );
      if (mine !== this.last) return;
      this.answer = {text, answer};
      this.drawAnswer();
      const words = answer.sentences.reduce((sum, s) => sum + s.tokens.length, 0);
      const sentences = count(answer.sentences.length, 'sentence');
      this.line.textContent = `${count(words, 'word')} in ${sentences}.`;
    } catch (error) {
      if (error.name === 'AbortError' || mine !== this.last) return;
      replace(
        this.out,
        problem(error, () => this.tag()),
      );
    }
    this.out.removeAttribute('aria-busy');
  }

  drawAnswer() {
    if (!this.answer) return;
    taggedText(this.out, {
      ...this.answer,
      layer: this.layer,
      all: this.layer === 'xpos' ? this.model.xpos_tags : this.model.tags,
    });
  }

  async save(accept, extension) {
    try {
      const blob = await api.post(
        `${this.path}/tag`,
        {text: this.field.value},
        {
          accept,
          as: 'blob',
          shown: true,
          query: {...this.query, ...(extension === 'json' ? {top_k: 3} : {})},
          signal: this.params.signal,
        },
      );
      download(blob, `${this.model.name}.${extension}`);
    } catch (error) {
      if (error.name !== 'AbortError') announce(error.message);
    }
  }

  // Judges the version by a data set, or by its own evaluation (''). The service stores nothing.
  async judge(dataset) {
    this.params.set({judge: dataset || null});
    if (!dataset) {
      this.other = null;
      this.drawJudged();
      return;
    }
    this.judged.setAttribute('aria-busy', 'true');
    try {
      this.other = await api.post(
        `${this.path}/evaluate`,
        {dataset},
        {query: {version: this.params.query.version}, signal: this.params.signal, shown: true},
      );
      this.drawJudged();
    } catch (error) {
      if (error.name !== 'AbortError') replace(this.judged, this.judges(), problem(error));
    }
    this.judged.removeAttribute('aria-busy');
  }

  judges() {
    if (this.datasets.length === 0) return null;
    const own = this.evaluation ? 'its own evaluation' : 'nothing yet';
    return h(
      'div',
      {class: 'actions'},
      menu(
        'Judged by',
        [['', own], ...this.datasets.map(d => [d, `all of ${d}`])],
        this.params.query.judge ?? '',
        v => this.judge(v),
      ),
    );
  }

  verdict(e) {
    if (e !== this.other) return howGood(e);
    const all = `${percent(100 * e.metrics.accuracy, 3)} of all words of ${e.dataset} get the right tag`;
    return e.dataset === this.model.dataset
      ? `${all}; the model has learned from these.`
      : `${all}.`;
  }

  drawJudged() {
    const e = this.other ?? this.evaluation;
    const name = this.layer === 'xpos' ? 'xpos' : 'upos';
    const column = e?.columns?.[name] ?? Object.values(e?.columns ?? {})[0];
    if (!column) {
      replace(this.judged, this.judges(), empty('Nothing is known of how good this version is.'));
      return;
    }
    const split = e.text
      ? h(
          'p',
          null,
          'Of raw text it finds words with ',
          term('F1'),
          ` ${share(e.text.words.f1)} and sentences with ${share(e.text.sentences.f1)}.`,
        )
      : null;
    replace(
      this.judged,
      this.judges(),
      h('p', {class: 'verdict'}, this.verdict(e)),
      h('p', null, measured(column)),
      split,
      h(
        'p',
        {class: 'quiet'},
        e.dataset
          ? ['Measured on ', h('a', {href: link(['data', e.dataset])}, e.dataset), '.']
          : null,
      ),
      noteList(e.notes),
      confusionPart(column, this.every, all => {
        this.every = all;
        this.drawJudged();
      }),
    );
  }

  draw() {
    const m = this.model,
      q = this.params.query;
    replace(
      this.root,
      h('h1', null, m.name),
      h(
        'p',
        {class: 'lead'},
        `Tags the words of a text; version ${m.version}, `,
        m.dataset
          ? ['trained on ', h('a', {href: link(['data', m.dataset])}, m.dataset)]
          : 'imported',
        '.',
      ),
      h(
        'label',
        {class: 'field wide', for: 'text'},
        h('span', null, 'Text (in any script)'),
        this.field,
      ),
      h(
        'div',
        {class: 'actions'},
        button('Tag', () => this.tag(), {class: 'primary', title: 'Ctrl+Enter in the text'}),
        this.layers.length > 1 &&
          menu('Layer', this.layers, this.layer, v => this.change({layer: v})),
        menu('What is split already', splits, q.input ?? 'text', v =>
          this.change({input: v === 'text' ? null : v}),
        ),
        this.versions.length > 1 &&
          menu(
            'Version',
            this.versions.map(v => [String(v.version), String(v.version)]),
            String(m.version),
            v => this.change({version: v}),
          ),
      ),
      this.line,
      this.out,
      h(
        'div',
        {class: 'actions'},
        button('Download CoNLL-U', () => this.save('text/x-conllu', 'conllu')),
        button('Download JSON', () => this.save('application/json', 'json')),
      ),
      h('h2', null, 'How good it is'),
      this.judged,
    );
    this.drawJudged();
  }
}

export async function render(root, params) {
  const {
    path: [name],
    query,
    signal,
  } = params;
  if (!name) return taggers(root, signal);
  const path = `v1/models/${encodeURIComponent(name)}`;
  const version = query.version;
  const model = await api.get(path, {query: {version}, signal});
  if (model.task !== 'tag') {
    replace(
      root,
      h('h1', null, name),
      h(
        'p',
        null,
        'This model forecasts; it has no tags. ',
        h('a', {href: link(['models', name])}, 'Open its screen'),
      ),
    );
    return null;
  }
  const [evaluation, versions, datasets] = await Promise.all([
    api.get(`${path}/evaluation`, {query: {version}, signal}).catch(e => {
      if (e.status !== 404 && e.status !== 409) throw e;
      return null;
    }),
    api.list(`${path}/versions`, {signal, most: 200}),
    api
      .list('v1/datasets', {signal, most: 1000})
      .then(all => all.filter(d => d.kind === 'tagged').map(d => d.name)),
  ]);
  const screen = new Tagger(root, model, evaluation, versions, datasets, {
    ...params,
    again: () => render(root, params),
  });
  screen.draw();
  await screen.tag();
  if (query.judge) await screen.judge(query.judge);
  return {leave: () => clearTimeout(screen.timer)};
}
