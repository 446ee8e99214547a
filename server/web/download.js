// download.js - saves a response of the service as a file on the user's disk.
import {h} from './dom.js';

export function download(blob, name) {
  const address = URL.createObjectURL(blob);
  const a = h('a', {href: address, download: name, class: 'hidden'});
  document.body.append(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
