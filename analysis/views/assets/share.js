// A page that anybody opens: what is chosen is looked up in the counts that the file holds, and the charts' rows follow.
const plan = JSON.parse(document.getElementById("plan").textContent);
const { data, look } = plan;
const state = { language: navigator.language.startsWith("zh") ? "zh" : "en", place: 0, kind: 0, base: 0, step: 0 };
const root = document.getElementById("share");
let words = plan.words[state.language], views = [], parts = {};

const fill = (text, slots) => text.replace(/\{(\w+)\}/g, (_, name) => slots[name]);
const kinds = () => words.kinds.length;
const at = (place, kind, base, step) => ((place * kinds() + kind) * data.bases + base) * data.steps.length + step;

// A count as it is told: with its mark, the sign of what is withheld, or a dash where it is not in the data.
const count = (name, place) => {
  const value = data[name][place], status = Number(data[`${name}_status`][place]);
  const text = value === look.hidden ? words.sign : value < 0 ? "—" : value.toLocaleString("en-US") + words.marks[status];
  return { value, status, text };
};
// Round half up, as the papers do.
const percent = (part, whole) => (Number((BigInt(part) * 100000n / BigInt(whole) + 5n) / 10n) / 100).toFixed(2) + "%";
// A rate with its numerator and base, as the charts' rows have it; `base` names what it is a rate of.
const share = (part, whole, name, base) => {
  const known = part.value >= 0 && whole.value > 0, status = Math.max(part.status, whole.status, look.derived);
  const hidden = part.value === look.hidden || whole.value === look.hidden;
  const told = known ? percent(part.value, whole.value) + words.marks[status] : hidden ? words.sign : "—";
  const fraction = `${part.text} / ${whole.text}`;
  const tip = [name, known ? `${told} = ${fraction}` : fraction, base, words.statuses[status]].join("\n");
  return { rate: known ? part.value / whole.value : null, told, part, whole, fraction, status, tip, name, base };
};
const described = (kind, base, step) => words.described[(kind * data.bases + base) * data.steps.length + step];
const of = (place, kind = state.kind, base = state.base, step = state.step, name = words.places[place]) => {
  const where = at(place, kind, base, step), what = described(kind, base, step);
  const called = state.language === "zh" ? words.places[place] + what : `${what} in ${words.places[place]}`;
  return share(count("part", where), count("whole", where), name, called);
};
const upper = (rates) => {
  const most = Math.max(0, ...rates.map((one) => one.rate ?? 0));
  return most ? look.ends.find((end) => most <= end) ?? 1 : 1;
};
const square = (one, end) => ({
  rate: one.told, tip: one.tip, stroke: one.rate === null ? look.empty : null,
  ...(one.rate === null ? look.nothing : look.ramp[Math.min(Math.round((one.rate / end) * 100), 100)]),
});
const ramp = (rows, end) => rows.map((row, place) => (place === rows.length - 1 ? { ...row, word: `${Math.round(end * 100)}%` } : row));
const said = (rates) => {
  const seen = [...new Set(rates.filter((one) => one.rate !== null).flatMap((one) => [one.status, one.part.status, one.whole.status]))];
  const text = seen.sort().map((status) => words.marked[status]).filter(Boolean).join("\u3000");
  return text ? [{ text }] : [];
};
const alt = (title, rates) => `${title}: ${rates.slice(0, 20).map((one) => `${one.name} ${one.told}`).join("; ")}`;

// What each chart shows now: its first frame with this state's numbers in it.
const now = {
  map(first, places) {
    const end = upper(places);
    const rows = first.data.rows.map((row) => {
      const place = words.ids.indexOf(row.id) + 1;
      const drawn = square(places[place - 1], end);
      return { ...row, ...drawn, rate: row.rate && drawn.rate, chosen: place === state.place };
    });
    return { data: { ...first.data, rows, ramp: ramp(first.data.ramp, end), said: said(places) }, rates: places };
  },
  bars(first, places, ranked) {
    const isShown = (order) => places.length <= look.most || order < look.most / 2 || order >= places.length - look.most / 2;
    const shown = ranked.filter((one, order) => isShown(order) || one.place === state.place);
    const end = upper(places), whole = of(0), { left, right, sheet, top } = first.signals;
    let bottom = top;
    const rows = shown.map((one) => {
      const row = first.data.rows[one.place - 1];
      bottom += row.height;
      const chosen = one.place === state.place;
      return {
        ...row, y: bottom - row.height / 2, rate: one.rate, rate_text: one.told, fraction: one.fraction, tip: one.tip,
        fill: chosen ? look.accent : state.place ? look.receding : look.covered,
      };
    });
    const line = `${words.places[0]} ${whole.told}`, half = 3.4 * line.length, middle = left + ((right - left) * whole.rate) / end;
    const rule = whole.rate === null ? [] : [{ rate: whole.rate, words: line, x: Math.min(Math.max(middle, half), sheet - half) }];
    return {
      data: { ...first.data, rows, rule, said: said([...shown, whole]) }, rates: shown,
      signals: { high: end, bottom, height: Math.round(bottom + 2) },
    };
  },
  bands(first) {
    const rates = first.data.rows.map((row, place) => {
      const where = state.place * first.data.rows.length + place;
      const [name, , base] = row.tip.split("\n"), there = words.places[state.place];
      const called = !state.place ? base : state.language === "zh" ? there + base : `${base} in ${there}`;
      return share(count("band_part", where), count("band_whole", where), name, called);
    });
    const end = upper(rates), of = state.language === "zh" ? "共" : "of ";
    const rows = first.data.rows.map((row, place) => ({
      ...row, ...square(rates[place], end), base: of + rates[place].whole.text,
      chosen: state.kind > 0 && row.id.split("|")[0] === words.kind_ids[state.kind - 1],
    }));
    return { data: { ...first.data, rows, ramp: ramp(first.data.ramp, end), said: said(rates) }, rates };
  },
  ladder(first) {
    const rates = words.bases.map((name, base) => of(state.place, state.kind, base, state.step, name));
    let bottom = first.signals.top;
    const rows = first.data.rows.filter((row) => words.base_ids.includes(row.id)).map((row) => {
      const one = rates[words.base_ids.indexOf(row.id)];
      bottom += row.height;
      return {
        ...row, y: bottom - row.height / 2, told: `${one.fraction} =`, rate_text: one.told, tip: one.tip,
        base: Math.max(one.whole.value, 0), part: Math.max(one.part.value, 0),
      };
    });
    const high = Math.max(1, ...rows.map((row) => row.base));
    return { data: { ...first.data, rows, said: said(rates) }, rates, signals: { high, bottom, height: Math.round(bottom) } };
  },
};

const frames = () => {
  const places = words.ids.map((id, number) => ({ ...of(number + 1), place: number + 1 }));
  const ranked = [...places].sort((one, two) => (two.rate ?? -1) - (one.rate ?? -1));
  const charts = Object.fromEntries(words.charts.map(({ id, first, title, hint }) => {
    const frame = now[id](first, places, ranked);
    const cut = id === "bars" && frame.rates.length < places.length;
    const more = cut ? fill(words.shown, { shown: frame.rates.length, all: places.length }) : hint;
    return [id, { title, hint: more, empty: "", alt: alt(title, frame.rates), ...frame, signals: { ...first.signals, ...frame.signals } }];
  }));
  return { charts, ranked };
};

const finding = () => {
  const where = at(state.place, state.kind, state.base, state.step), covered = of(state.place), { whole } = covered;
  if (whole.value === 0) return words.empty;
  const instructed = share(count("instructed", where), whole);
  return fill(words.finding, {
    place: words.places[state.place], kind: described(state.kind, state.base, state.step), base: whole.text,
    part: covered.part.text, share: covered.told, instructed: instructed.part.text, instructed_share: instructed.told,
  });
};

const choose = (chart, id) => {
  const place = words.ids.indexOf(id) + 1, kind = words.kind_ids.indexOf(id.split("|")[0]) + 1;
  if (chart === "map" || chart === "bars") state.place = state.place === place ? 0 : place;
  else if (chart === "bands") state.kind = state.kind === kind ? 0 : kind;
  else state.base = words.base_ids.indexOf(id);
  show();
};

const build = async () => {
  words = plan.words[state.language];
  for (const view of views) view.end();
  root.replaceChildren();
  document.documentElement.lang = words.tag;
  root.className = "cw-live cw-share";
  root.lang = words.tag;
  const head = make("header", "", root);
  make("h1", "", head, words.title);
  const swap = make("button", "cw-clear", head, words.language);
  swap.type = "button";
  swap.lang = state.language === "zh" ? "en" : "zh";
  swap.onclick = () => { state.language = state.language === "zh" ? "en" : "zh"; build(); };
  const form = make("form", "cw-form", root);
  form.onsubmit = (event) => event.preventDefault();
  const field = (label) => {
    const box = make("label", "", form, label);
    box.append(document.createElement("br"));
    return box;
  };
  for (const [name, label, options] of [["place", words.place, words.places], ["kind", words.kind, words.kinds], ["base", words.base, words.bases]]) {
    const input = make("select", "", field(label));
    options.forEach((text, value) => { make("option", "", input, value || name === "base" ? text : words.all).value = value; });
    input.onchange = () => { state[name] = Number(input.value); show(); };
    parts[name] = input;
  }
  const slider = make("input", "", field(words.staff));
  Object.assign(slider, { type: "range", min: 0, max: data.steps.length - 1, step: 1, value: state.step });
  slider.oninput = () => { state.step = Number(slider.value); show(); };
  parts.step = slider;
  parts.reached = make("output", "", slider.parentNode);
  const reset = make("button", "cw-clear", form, words.reset);
  reset.type = "button";
  reset.onclick = () => { Object.assign(state, { place: 0, kind: 0, base: 0, step: 0 }); show(); };
  parts.finding = make("p", "cw-finding", root);
  parts.finding.setAttribute("aria-live", "polite");
  make("p", "cw-note", root, words.note);
  make("p", "cw-note", root, words.first);
  const grid = make("div", "cw-grid", root), { charts } = frames();
  views = words.charts.map((chart) => ({ id: chart.id, ...chartIn(root, grid, chart, (id) => choose(chart.id, id)) }));
  await Promise.all(views.map((view) => view.draw(charts[view.id])));
  const fold = make("details", "cw-table", root);
  fold.open = data.whole.length < 4000;
  make("summary", "", fold, words.table);
  parts.search = make("input", "cw-search", fold);
  Object.assign(parts.search, { type: "search", placeholder: words.search, ariaLabel: words.search });
  parts.search.oninput = show;
  const table = make("table", "", fold), line = make("tr", "", make("thead", "", table));
  for (const name of [words.place, words.rate, words.covered, words.of, words.status]) make("th", "", line, name).scope = "col";
  parts.body = make("tbody", "", table);
  show();
};

const show = () => {
  const start = performance.now(), { charts, ranked } = frames();
  for (const name of ["place", "kind", "base", "step"]) parts[name].value = state[name];
  parts.reached.textContent = data.steps[state.step];
  parts.step.setAttribute("aria-valuetext", data.steps[state.step]);
  parts.finding.textContent = finding();
  const runs = views.map((view) => view.show(charts[view.id]));
  const sought = parts.search.value.trim().toLowerCase();
  parts.body.replaceChildren(...ranked
    .filter((one) => one.name.toLowerCase().includes(sought))
    .map((one) => {
      const line = document.createElement("tr");
      make("th", "", line, one.name).scope = "row";
      for (const text of [one.told, one.part.text, one.whole.text, words.statuses[one.status]]) make("td", "", line, text);
      line.title = one.base;
      return line;
    }));
  Promise.all(runs).then(() => { root.dataset.took = (performance.now() - start).toFixed(1); });
};
build();
