// what_if.js - the forecast for other future values of the covariates that are known in advance.
import {h, replace, button, problem} from './dom.js';
import * as api from './api.js';
import {fanChart} from './fan.js';

function fields(name, times, values) {
  const cell = (t, i) =>
    h(
      'td',
      null,
      h('input', {
        type: 'number',
        step: 'any',
        class: 'short',
        value: values?.[i] ?? 0,
        'aria-label': `${name}, ${t}`,
        'data-name': name,
      }),
    );
  return h('tr', null, h('th', {scope: 'row'}, name), times.map(cell));
}

// The covariates whose future values a forecast of the model needs.
export function knownInAdvance(m) {
  return (m.covariates ?? []).filter(c => c.known_in_advance).map(c => c.name);
}

// Future values to begin with: those of the season before, {name: [...]}.
export function assumed(m, history, horizon) {
  const season = Math.max(m.season_length ?? 1, 1);
  const of = list => {
    const last = list.slice(-season).map(v => v ?? 0);
    return Array.from({length: horizon}, (_, i) => last[i % last.length] ?? 0);
  };
  return Object.fromEntries(
    knownInAdvance(m).map(name => [name, of(history?.covariates?.[name] ?? [])]),
  );
}

// Returns {part, show(current)}, or null if no covariate of the model is known in advance.
export function whatIfPart(m, params) {
  const names = knownInAdvance(m);
  if (names.length === 0) return null;
  const form = h('div'),
    plot = h('div'),
    out = h('div', {'aria-live': 'polite'});
  let current = null,
    chart = null;

  async function forecast() {
    const future = {};
    for (const name of names)
      future[name] = [...form.querySelectorAll(`input`)]
        .filter(i => i.dataset.name === name)
        .map(i => Number(i.value));
    try {
      const body = {horizon: current.f.time.length, level: [80, 95], future_covariates: future};
      const answer = await api.post(`v1/models/${encodeURIComponent(m.name)}/forecast`, body, {
        query: {version: params.query.version},
        signal: params.signal,
        shown: true,
      });
      const f = answer.series.find(s => s.id === current.id) ?? answer.series[0];
      chart?.free();
      chart = await fanChart(plot, {
        ...current,
        f,
        title: `What if, ${current.id}`,
        more: [
          {
            name: 'before',
            kind: 'baseline',
            values: [...current.history.values.map(() => null), ...current.f.mean],
          },
        ],
      });
      replace(out);
    } catch (error) {
      if (error.name !== 'AbortError') replace(out, problem(error));
    }
  }
  return {
    part: [
      h('h2', null, 'What if'),
      h('p', {class: 'quiet'}, `Give the future values of ${names.join(', ')}.`),
      form,
      h('div', {class: 'actions'}, button('Forecast with these', forecast)),
      out,
      plot,
    ],
    show(now) {
      current = now;
      replace(
        form,
        h(
          'div',
          {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Coming values'},
          h(
            'table',
            null,
            h(
              'thead',
              null,
              h(
                'tr',
                null,
                h('th', {scope: 'col'}, 'Covariate'),
                now.f.time.map(t => h('th', {scope: 'col'}, t)),
              ),
            ),
            h(
              'tbody',
              null,
              names.map(n => fields(n, now.f.time, now.future?.[n])),
            ),
          ),
        ),
      );
    },
  };
}
