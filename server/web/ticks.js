// ticks.js - where the time axis has its labels: at boundaries of the calendar, with the larger
// unit below (the year below its first month, the day below its first hour).

const second = 1000,
  minute = 60 * second,
  hour = 60 * minute,
  day = 24 * hour;

// Steps from fine to coarse. Those in months have no fixed length.
const steps = [
  {ms: 1},
  {ms: 10},
  {ms: 100},
  {ms: second},
  {ms: 5 * second},
  {ms: 15 * second},
  {ms: 30 * second},
  {ms: minute},
  {ms: 5 * minute},
  {ms: 15 * minute},
  {ms: 30 * minute},
  {ms: hour},
  {ms: 3 * hour},
  {ms: 6 * hour},
  {ms: 12 * hour},
  {ms: day},
  {ms: 2 * day, days: 2},
  {ms: 7 * day, days: 7},
  {ms: 14 * day, days: 14},
  ...[1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000].map(months => ({
    ms: months * 30.44 * day,
    months,
  })),
];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = n => String(n).padStart(2, '0');

function inMonths(a, b, n) {
  const at = [];
  const first = new Date(a);
  let month = first.getUTCFullYear() * 12 + first.getUTCMonth();
  month -= ((month % n) + n) % n;
  for (; ; month += n) {
    const d = new Date(0); // Date.UTC() takes years below 100 for those of the twentieth century
    d.setUTCFullYear(Math.floor(month / 12), ((month % 12) + 12) % 12, 1);
    if (d.getTime() > b) return at;
    if (d.getTime() >= a) at.push(d.getTime());
  }
}

// Every second day or week begins anew with the month, so that a label stays where it is.
function inDays(a, b, n) {
  const at = [];
  for (let v = Math.floor(a / day) * day; v <= b; v += day) {
    const date = new Date(v).getUTCDate();
    const last = new Date(v + (n * day) / 2).getUTCMonth() !== new Date(v).getUTCMonth();
    if (v >= a && (date - 1) % n === 0 && !(last && date > 1)) at.push(v);
  }
  return at;
}

function places(a, b, step) {
  if (step.months) return inMonths(a, b, step.months);
  if (step.days) return inDays(a, b, step.days);
  const at = [];
  for (let v = Math.ceil(a / step.ms) * step.ms; v <= b; v += step.ms) at.push(v);
  return at;
}

// The label, and the larger unit that it lies in.
function words(v, step) {
  const d = new Date(v);
  const year = String(d.getUTCFullYear());
  if (step.months >= 12) return [year, ''];
  if (step.months) return [months[d.getUTCMonth()], year];
  if (step.ms >= day) return [String(d.getUTCDate()), `${months[d.getUTCMonth()]} ${year}`];
  const date = `${d.getUTCDate()} ${months[d.getUTCMonth()]} ${year}`;
  const clock = `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
  if (step.ms >= minute) return [clock, date];
  const seconds = `${clock}:${two(d.getUTCSeconds())}`;
  return [
    step.ms >= second ? seconds : `${seconds}.${String(d.getUTCMilliseconds()).padStart(3, '0')}`,
    date,
  ];
}

export function calendarTicks(a, b, pixels) {
  const wanted = Math.max(2, Math.floor(pixels / 72));
  const step = steps.find(s => (b - a) / s.ms <= wanted) ?? steps[steps.length - 1];
  let around = null;
  return places(a, b, step).map(v => {
    const [label, of] = words(v, step);
    const first = of && of !== around;
    around = of;
    return {v, label: first ? `${label}\n${of}` : label};
  });
}

export function plainTicks(a, b, pixels) {
  const wanted = Math.max(2, Math.floor(pixels / 64));
  const raw = Math.max((b - a) / wanted, 1e-12);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(m => m * power).find(s => s >= raw) ?? raw;
  const at = [];
  for (let v = Math.ceil(a / step) * step; v <= b + step * 1e-9; v += step)
    at.push({v, label: String(Number(v.toPrecision(12)))});
  return at;
}
