// openapi.js - the contract of the service, as it serves it; loaded once.
import {h} from './dom.js';
import * as api from './api.js';

let loaded = null;

export function loadContract(signal) {
  loaded ??= api.get('openapi.json', {signal}).catch(error => {
    loaded = null;
    throw error;
  });
  return loaded;
}

// The object that a $ref names; members beside the $ref, such as description, have priority.
export function resolve(contract, node) {
  if (!node?.$ref) return node;
  const found = node.$ref
    .slice(2)
    .split('/')
    .reduce((at, name) => at?.[name], contract);
  const {$ref, ...rest} = node;
  return {...resolve(contract, found), ...rest};
}

// Text of the contract, with what stands between `backticks` as code.
export function prose(text) {
  return (text ?? '').split(/`([^`]*)`/).map((part, i) => (i % 2 ? h('code', null, part) : part));
}
