// configuration.js - the configuration in force as a table, with where each value came from.
import {h, replace, problem, table} from './dom.js';
import * as api from './api.js';
import {bytes, number} from './format.js';

const origins = {
  default: 'default',
  file: 'the file',
  environment: 'the environment',
  flag: 'a flag',
};

const chosen = k => (k.unit.startsWith('bytes') ? bytes(k.chosen) : number(k.chosen, 9));

function configTable(items) {
  const shown = k =>
    k.secret
      ? h('span', {class: 'quiet'}, k.given ? 'set; not shown' : 'not set')
      : [
          k.value === '' ? h('span', {class: 'quiet'}, 'empty') : h('code', null, k.value),
          k.chosen !== undefined && h('span', {class: 'quiet'}, `, here ${chosen(k)}`),
        ];
  return table(
    'Configuration',
    [{title: 'Key'}, {title: 'Value'}, {title: 'From'}, {title: 'Unit'}, {title: 'Meaning'}],
    items.map(k => [
      h('code', {class: 'nowrap'}, k.name),
      shown(k),
      h('span', {class: k.from === 'default' ? 'quiet' : ''}, origins[k.from]),
      h('span', {class: 'quiet'}, k.unit),
      h('span', {title: k.description}, k.description.split('. ')[0].replace(/\.$/, '')),
    ]),
  );
}

// The configuration is requested when the part is unfolded.
export function configPart(signal) {
  const out = h('div', {'aria-live': 'polite'});
  const fill = async () => {
    try {
      const {items} = await api.get('v1/config', {signal, shown: true});
      const given = items.filter(k => k.from !== 'default').length;
      replace(
        out,
        h('p', {class: 'quiet'}, `${number(given)} of ${number(items.length)} keys are given.`),
        configTable(items),
      );
    } catch (error) {
      if (error.name !== 'AbortError') replace(out, problem(error));
    }
  };
  return h(
    'details',
    {
      class: 'config',
      ontoggle: e => {
        if (e.target.open && !out.firstChild) fill();
      },
    },
    h('summary', null, 'Show the configuration in force'),
    out,
  );
}
