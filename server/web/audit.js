// audit.js - the newest entries of the audit as a table.
import {h, replace, problem, table} from './dom.js';
import * as api from './api.js';
import {ago, number} from './format.js';

const shown = 20;

function auditTable(items) {
  return table(
    'Audit',
    [
      {title: 'When'},
      {title: 'Key'},
      {title: 'Action'},
      {title: 'Resource'},
      {title: 'Status'},
      {title: 'Client'},
    ],
    items.map(e => [
      h('span', {class: 'nowrap'}, ago(e.time)),
      h('code', null, e.key),
      h('code', null, e.action),
      h('code', null, e.resource),
      [String(e.status ?? ''), e.count > 1 && h('span', {class: 'quiet'}, ` ${number(e.count)} times`)],
      h('span', {class: 'quiet'}, e.client ?? ''),
    ]),
  );
}

// The entries are requested when the part is unfolded.
export function auditPart(signal) {
  const out = h('div', {'aria-live': 'polite'});
  const fill = async () => {
    try {
      const {items} = await api.get(`v1/audit?limit=${shown}`, {signal, shown: true});
      replace(
        out,
        items.length ? auditTable(items) : h('p', {class: 'quiet'}, 'Nothing was changed yet.'),
      );
    } catch (error) {
      if (error.name !== 'AbortError') replace(out, problem(error));
    }
  };
  return h(
    'details',
    {
      class: 'config audit',
      ontoggle: e => {
        if (e.target.open) fill();
      },
    },
    h('summary', null, `Show the newest ${shown} changes and refusals`),
    out,
  );
}
