// calendar_facts.js - the effects of the calendar on a series, as a model estimated them.
import {h, table} from './dom.js';
import {count, number} from './format.js';

const words = {
  monday: 'One Monday more in the month',
  tuesday: 'One Tuesday more',
  wednesday: 'One Wednesday more',
  thursday: 'One Thursday more',
  friday: 'One Friday more',
  saturday: 'One Saturday more',
  sunday: 'One Sunday more',
  leap_day: 'A leap day',
  easter: 'The days before Easter',
};

const percent = v => h('span', {title: String(v)}, `${v > 0 ? '+' : ''}${number(v, 3)} %`);

// e: calendar_effects of the API's series; null: none were found.
export function calendarFacts(e) {
  if (!e) return null;
  const rows = Object.keys(words)
    .filter(k => Number.isFinite(e[k]) && e[k] !== 0)
    .map(k => [words[k], percent(e[k])]);
  for (const d of e.holidays ?? []) rows.push([d.day, percent(d.percent)]);
  if (rows.length === 0) return null;
  return [
    h('h3', null, 'What the calendar does'),
    h(
      'p',
      {class: 'quiet'},
      'By how much such a day moves the value',
      e.easter_days ? `; ${count(e.easter_days, 'day')} before Easter count` : '',
      '.',
    ),
    table('Effects of the calendar', [{title: 'Day'}, {title: 'Effect', number: true}], rows),
  ];
}
