// screens.js - every screen: the first segment of its address, its module in screens/, and its name
// in the rail (none: it is not in the rail).
export const screens = [
  {at: '', module: 'home', rail: 'Home'},
  {at: 'data', module: 'data', rail: 'Data'},
  {at: 'models', module: 'models', rail: 'Models'},
  {at: 'tags', module: 'tags', rail: 'Tags'},
  {at: 'jobs', module: 'jobs'},
  {at: 'train', module: 'train'},
  {at: 'api', module: 'api', rail: 'API'},
  {at: 'system', module: 'system', rail: 'System'},
  {at: 'start', module: 'start'},
];

export const has = at => screens.some(s => s.at === at);
