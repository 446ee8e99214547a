// metrics.js - the service's metrics in Prometheus' text format: read, added up, and compared with
// those of a moment before.

// Map of a name to [{labels, value}].
export function readMetrics(text) {
  const out = new Map();
  for (const line of text.split('\n')) {
    const m = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (!m) continue;
    const labels = {};
    for (const [, name, v] of (m[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g))
      labels[name] = v.replace(/\\(.)/g, (all, c) => (c === 'n' ? '\n' : c));
    if (!out.has(m[1])) out.set(m[1], []);
    out.get(m[1]).push({labels, value: m[3] === '+Inf' ? Infinity : Number(m[3])});
  }
  return out;
}

// The sum of the samples with these labels; NaN if there is no such metric.
export function sum(metrics, name, labels = {}) {
  const found = (metrics.get(name) ?? []).filter(x =>
    Object.entries(labels).every(([k, v]) => x.labels[k] === v),
  );
  return found.length === 0 ? NaN : found.reduce((s, x) => s + x.value, 0);
}

// The time within which a share q of the requests was answered, in seconds, interpolated linearly
// within its bucket. before: metrics to be subtracted, or null.
export function quantile(q, now, before, labels = {}) {
  const name = 'lstmd_http_request_duration_seconds_bucket';
  const counts = new Map();
  for (const [metrics, sign] of [
    [now, 1],
    [before, -1],
  ])
    for (const b of metrics?.get(name) ?? [])
      if (
        Object.entries(labels).every(([k, v]) => b.labels[k] === v) &&
        !b.labels.route.endsWith('/events')
      )
        counts.set(b.labels.le, (counts.get(b.labels.le) ?? 0) + sign * b.value);
  const buckets = [...counts]
    .map(([le, n]) => [le === '+Inf' ? Infinity : Number(le), n])
    .sort((a, b) => a[0] - b[0]);
  const wanted = q * (buckets.at(-1)?.[1] ?? 0);
  if (!(wanted > 0)) return null;
  let low = 0,
    under = 0;
  for (const [le, n] of buckets) {
    if (n >= wanted)
      return le === Infinity ? low : low + ((le - low) * (wanted - under)) / Math.max(1, n - under);
    [low, under] = [le, n];
  }
  return low;
}

// What one route has had: {method, route, requests, bad, failed, mean, p95}, the busiest first.
export function routes(metrics) {
  const all = new Map();
  for (const {labels, value} of metrics.get('lstmd_http_requests_total') ?? []) {
    const key = `${labels.method} ${labels.route}`;
    const r = all.get(key) ?? {
      method: labels.method,
      route: labels.route,
      requests: 0,
      bad: 0,
      failed: 0,
    };
    r.requests += value;
    if (labels.code === '4xx') r.bad += value;
    if (labels.code === '5xx') r.failed += value;
    all.set(key, r);
  }
  for (const r of all.values()) {
    const labels = {method: r.method, route: r.route};
    const n = sum(metrics, 'lstmd_http_request_duration_seconds_count', labels);
    r.mean = sum(metrics, 'lstmd_http_request_duration_seconds_sum', labels) / n;
    r.p95 = quantile(0.95, metrics, null, labels);
  }
  return [...all.values()].sort((a, b) => b.requests - a.requests);
}
