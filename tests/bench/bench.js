// Both sides in one page, in turn, with the same data, size, clock and flush. Flush: whatever the
// library puts off is awaited (uPlot: its microtask), then one pixel of every canvas is read, which
// makes the browser draw all of it.
import init, { Columns, Plot, Dashboard, decode, forecast, prime, memory_bytes } from './page/chart_bench.js';

const [WIDTH, HEIGHT] = [1200, 300];
const dpr = devicePixelRatio;
const stage = document.getElementById('stage');
const median = (all) => { const s = [...all].sort((a, b) => a - b); return s[s.length >> 1]; };
const rest = () => new Promise((done) => setTimeout(done, 0));
const flush = (root) => { for (const c of root.querySelectorAll('canvas')) c.getContext('2d').getImageData(0, 0, 1, 1); };

// A quiet wave with noise on it and a rare spike: what a latency looks like.
function columns(n, series, seed) {
  let state = seed * 2654435761 >>> 0;
  const random = () => ((state = (state * 1664525 + 1013904223) >>> 0) / 4294967296);
  const seconds = Float64Array.from({ length: n }, (_, i) => 1.795e9 + i * 30);
  const values = Array.from({ length: series }, (_, s) => Float64Array.from({ length: n }, (_, i) =>
    50 + s * 6 + 20 * Math.sin(i / n * 12 + s) + 6 * random() + (random() < 20 / n ? 60 * random() : 0)));
  return { seconds, values };
}

function box() {
  const div = document.createElement('div');
  stage.replaceChildren(div);
  return div;
}

const colors = ['#60a5fa', '#2dd4bf', '#c084fc', '#34d399', '#fbbf24', '#f87171'];
function peer(root, set) {
  const options = {
    width: WIDTH, height: HEIGHT, legend: { show: false }, cursor: { show: false },
    series: [{}, ...set.values.map((_, i) => ({ stroke: colors[i % 6], width: 1, points: { show: false } }))],
    axes: [{ stroke: '#9696a0', grid: { show: false } }, { stroke: '#9696a0', grid: { stroke: '#3c3c46', width: 1 } }],
  };
  return new uPlot(options, [set.seconds, ...set.values], root);
}

function canvas(root, width = WIDTH, height = HEIGHT) {
  const c = document.createElement('canvas');
  c.style.width = `${width}px`;
  c.style.height = `${height}px`;
  root.append(c);
  return c;
}
const ours = (root) => new Plot(canvas(root), canvas(root), WIDTH, HEIGHT, dpr);
const flat = (set) => { const all = new Float64Array(set.seconds.length * set.values.length); set.values.forEach((v, i) => all.set(v, i * v.length)); return all; };
const ends = (set) => [set.seconds[0], set.seconds.at(-1)];

async function timed(root, act) {
  globalThis.gc?.();
  const begin = performance.now();
  act();
  await null; await null;
  flush(root);
  return performance.now() - begin;
}

async function redraw(series, n, runs, moves) {
  const sets = [1, 2].map((seed) => columns(n, series, seed));
  const [from, to] = ends(sets[0]);
  const views = Array.from({ length: 8 }, (_, i) => moves ? [from + (to - from) * i / 20, to - (to - from) * (8 - i) / 30] : [from, to]);
  const times = { ours: [], peer: [] };
  for (let round = 0; round < 3; round++) {
    for (const side of ['peer', 'ours']) {
      const root = box();
      const chart = side === 'peer' ? peer(root, sets[0]) : ours(root);
      if (side === 'ours') { for (const set of sets) chart.take(new Columns(set.seconds, flat(set))); chart.draw(0, from, to); }
      await rest(); flush(root);
      for (let i = 0; i < runs; i++) {
        const set = moves ? 0 : (i + 1) % 2;
        const [a, b] = views[i % 8];
        times[side].push(await timed(root, side === 'ours' ? () => chart.draw(set, a, b)
          : moves ? () => chart.setScale('x', { min: a, max: b })
          : () => chart.setData([sets[set].seconds, ...sets[set].values])));
        await rest();
      }
      if (side === 'peer') chart.destroy(); else chart.free();
    }
  }
  return { ours_ms: median(times.ours), peer_ms: median(times.peer) };
}

// The first chart of a fresh page, so that nothing is warm; the runner opens the page anew for each.
async function first(side, primed) {
  if (primed) prime();
  const set = columns(2880, 3, 1);
  const values = flat(set);
  const root = box();
  await rest();
  // The columns lie ready on either side; making them is the decoder's work.
  const columns_of_ours = side === 'ours' && new Columns(set.seconds, values);
  return timed(root, () => {
    if (side === 'peer') { peer(root, set); return; }
    const chart = ours(root);
    chart.take(columns_of_ours);
    chart.draw(0, ...ends(set));
  });
}

function matrix(n, samples) {
  const all = Array.from({ length: n }, (_, s) => `{"metric":{"__name__":"m","i":"${s}"},"values":[${
    Array.from({ length: samples }, (_, i) => `[${1795468000 + i * 30}.123,"${Math.sin(i * 12.9898 + s) * 43758.5453 % 1 + 2}"]`).join(',')}]}`);
  return new TextEncoder().encode(`{"status":"success","data":{"resultType":"matrix","result":[${all.join(',')}]}}`);
}

async function decoding(runs) {
  const body = matrix(100, 2880);
  const times = { ours: [], peer: [] };
  const theirs = () => {
    const parsed = JSON.parse(new TextDecoder().decode(body));
    let n = 0, last = NaN;
    for (const one of parsed.data.result) {
      const t = new Float64Array(one.values.length), v = new Float64Array(one.values.length);
      one.values.forEach((pair, i) => { t[i] = pair[0]; v[i] = parseFloat(pair[1]); });
      n += v.length; last = v[v.length - 1];
    }
    return n + last;
  };
  for (let i = 0; i < runs; i++) {
    for (const [side, act] of [['peer', theirs], ['ours', () => decode(body)]]) {
      globalThis.gc?.();
      const begin = performance.now();
      const result = act();
      times[side].push(performance.now() - begin);
      if (Math.abs(result - 288000) > 10) throw new Error(`${side} read ${result}`);
      await rest();
    }
  }
  return { ours_ms: median(times.ours), peer_ms: median(times.peer) };
}

// One series of an hour's step over 83 days, two days ahead; beside the 100 ms it may take.
async function forecasting(runs) {
  const values = columns(2000, 1, 3).values[0];
  const times = [];
  for (let i = 0; i < runs; i++) {
    const begin = performance.now();
    if (!Number.isFinite(forecast(values, 24, 48))) throw new Error('no forecast');
    times.push(performance.now() - begin);
    await rest();
  }
  return { ours_ms: median(times), peer_ms: 100 };
}

function dashboard(root, charts, series) {
  const [w, h] = [560, 196];
  const all = Array.from({ length: charts * 2 }, () => canvas(root, w, h));
  return new Dashboard(all, series, w, h, dpr);
}

// One refresh of a 24 h page: everything fetched again and drawn anew, against what is new.
async function refreshing(runs) {
  const root = box();
  const page = dashboard(root, 8, 40);
  const start = 1.795e12;
  const times = { whole: [], part: [] };
  const bytes = { whole: 0, part: 0 };
  for (let i = 0; i < runs; i++) {
    for (const kind of ['whole', 'part']) {
      const now = start + (2 * i + (kind === 'part' ? 1 : 0)) * 30000;
      const body = page.answer(now, kind === 'whole');
      bytes[kind] = body.length;
      times[kind].push(await timed(root, () => page.refresh(now, body, kind === 'whole')));
      await rest();
    }
  }
  page.free();
  return {
    time: { ours_ms: median(times.part), peer_ms: median(times.whole) },
    bytes: { ours_bytes: bytes.part, peer_bytes: bytes.whole },
  };
}

async function remembering() {
  const root = box();
  const page = dashboard(root, 8, 40);
  const held = () => { globalThis.gc?.(); globalThis.gc?.(); return memory_bytes() + (performance.memory?.usedJSHeapSize ?? 0); };
  let early = 0;
  for (let i = 0; i <= 2000; i++) {
    const now = 1.795e12 + i * 30000;
    page.refresh(now, page.answer(now, false), false);
    if (i % 50 === 0) { flush(root); await rest(); }
    if (i === 20) { await rest(); early = held(); }
  }
  await rest();
  const late = held();
  page.free();
  return { ours_bytes: late, peer_bytes: early };
}

await init();
const all = {
  'redraw 3x2880': () => redraw(3, 2880, 20),
  'redraw 3x100000': () => redraw(3, 100000, 12),
  'redraw 10x100000': () => redraw(10, 100000, 8),
  'redraw 1x1000000': () => redraw(1, 1000000, 8),
  'pan 10x100000': () => redraw(10, 100000, 8, true),
  'first primed': () => first('ours', true).then((ms) => ({ ms })),
  'first plain': () => first('ours', false).then((ms) => ({ ms })),
  'first peer': () => first('peer').then((ms) => ({ ms })),
  'decode 100x2880': () => decoding(12),
  'forecast 1x2000': () => forecasting(15),
  'refresh 40x2880': () => refreshing(25),
  'memory 2000': remembering,
};
window.measures = Object.keys(all);
window.measure = (name) => all[name]();
window.ready = true;
