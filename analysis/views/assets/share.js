// A page that anybody opens: what is chosen is looked up in the counts that the file holds, and the charts' rows follow.
const plan = JSON.parse(document.getElementById("plan").textContent);
const { data, look } = plan;
const state = { language: navigator.language.startsWith("zh") ? "zh" : "en", place: 0, kind: 0, base: 0, step: 0 };
const root = document.getElementById("share");
let words = plan.words[state.language], views = [];

const make = (tag, name, parent, text) => {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  parent?.append(made);
  return made;
};
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
const share = (part, whole) => {
  const known = part.value >= 0 && whole.value > 0, status = Math.max(part.status, whole.status, look.derived);
  const hidden = part.value === look.hidden || whole.value === look.hidden;
  return {
    rate: known ? part.value / whole.value : null,
    rate_text: known ? percent(part.value, whole.value) + words.marks[status] : hidden ? words.sign : "—",
    part_text: part.text, whole_text: whole.text, fraction: `${part.text} / ${whole.text}`,
    status: words.statuses[status],
  };
};
const of = (place, kind = state.kind, base = state.base, step = state.step) => {
  const where = at(place, kind, base, step);
  return share(count("part", where), count("whole", where));
};
const described = (kind, base, step) => words.described[(kind * data.bases + base) * data.steps.length + step];
const named = (place, kind, base, step) => {
  const what = described(kind, base, step);
  return state.language === "zh" ? words.places[place] + what : `${what} in ${words.places[place]}`;
};
const colour = (rate, end) => (rate === null ? look.nothing
  : look.ramp[Math.min(Math.round((rate / end) * (look.ramp.length - 1)), look.ramp.length - 1)]);
const upper = (rows) => {
  const most = Math.max(0, ...rows.map((row) => row.rate ?? 0));
  return most ? look.ends.find((end) => most <= end) ?? 1 : 1;
};

const rowsOf = () => {
  const places = words.tiles.map((tile, number) => ({
    ...tile, place: number + 1, ...of(number + 1), base: named(number + 1, state.kind, state.base, state.step),
  }));
  const ranked = [...places].sort((one, two) => (two.rate ?? -1) - (one.rate ?? -1));
  ranked.forEach((row, order) => { row.order = order; });
  const end = upper(places);
  for (const row of places) {
    const chosen = row.place === state.place;
    Object.assign(row, colour(row.rate, end), {
      outline: chosen ? look.chosen : row.rate === null ? look.empty : look.clear,
      bar: !state.place || chosen ? look.covered : look.receding,
    });
  }
  const whole = of(0);
  const bands = [];
  for (let kind = 0; kind < words.kind_lines.length; kind += 1) {
    for (let band = 0; band < data.bands; band += 1) {
      const where = (state.place * words.kind_lines.length + kind) * data.bands + band;
      const row = share(count("band_part", where), count("band_whole", where));
      bands.push({
        ...row, id: `${kind + 1}`, name: words.kind_lines[kind], order: kind, band: words.bands[band], band_order: band,
        base: `${words.kinds[kind + 1]} · ${words.bands[band].replace("\n", " ")}`,
        whole_words: state.language === "zh" ? `${row.whole_text}家` : `of ${row.whole_text}`,
        outline: state.kind === kind + 1 ? look.chosen : row.rate === null ? look.empty : look.clear,
      });
    }
  }
  const top = upper(bands);
  for (const row of bands) Object.assign(row, colour(row.rate, top));
  const ladder = words.bases.map((name, base) => {
    const where = at(state.place, state.kind, base, state.step), row = of(state.place, state.kind, base);
    const part = count("part", where).value, all = count("whole", where).value;
    return {
      ...row, id: `${base}`, order: base, name, base: named(state.place, state.kind, base, state.step),
      whole: all < 0 ? null : all, part: part < 0 ? null : part,
      words: `${row.rate_text}　${row.part_text} / ${row.whole_text}`, inside: `${row.part_text} (${row.rate_text})`,
    };
  });
  const isShown = ({ order }) => places.length <= look.most || order < look.most / 2 || order >= places.length - look.most / 2;
  const bars = places.filter((row) => isShown(row) || row.place === state.place);
  return {
    districts: places, bars, rule: whole.rate === null ? [] : [{ ...whole, name: words.places[0], base: named(0, state.kind, state.base, state.step) }],
    bands, ladder, ranked, signals: { bars: { upper: end }, ladder: { upper: Math.max(1, ...ladder.map((row) => row.whole ?? 0)) } },
  };
};

const finding = () => {
  const where = at(state.place, state.kind, state.base, state.step), whole = count("whole", where);
  if (whole.value === 0) return words.empty;
  const instructed = share(count("instructed", where), whole), covered = of(state.place);
  return fill(words.finding, {
    place: words.places[state.place], kind: described(state.kind, state.base, state.step), base: whole.text,
    part: covered.part_text, share: covered.rate_text, instructed: instructed.part_text, instructed_share: instructed.rate_text,
  });
};

let parts = {};
const build = async () => {
  words = plan.words[state.language];
  for (const view of views) view.result.finalize();
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
  const field = (name, label) => {
    const box = make("label", "", form, label);
    box.append(document.createElement("br"));
    return box;
  };
  const select = (name, label, options) => {
    const input = make("select", "", field(name, label));
    options.forEach((text, value) => { make("option", "", input, value || name === "base" ? text : words.all).value = value; });
    input.value = state[name];
    input.onchange = () => { state[name] = Number(input.value); show(); };
    parts[name] = input;
  };
  select("place", words.place, words.places);
  select("kind", words.kind, words.kinds);
  select("base", words.base, words.bases);
  const slider = make("input", "", field("step", words.staff));
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
  const grid = make("div", "cw-grid", root), rows = rowsOf();
  views = await Promise.all(words.charts.map(async (chart) => {
    const figure = make("figure", "cw-chart", grid);
    figure.dataset.chart = chart.id;
    make("figcaption", "cw-title", figure, words.titles[chart.id]);
    const hint = make("p", "cw-hint", figure), plot = make("div", "cw-plot", figure);
    plot.setAttribute("role", "img");
    const spec = structuredClone(chart.spec);
    spec.datasets = { ...spec.datasets };
    for (const name of chart.data) spec.datasets[name] = structuredClone(rows[name]);
    spec.params = (spec.params ?? []).map((one) => ({ ...one, value: rows.signals[chart.id]?.[one.name] ?? one.value }));
    const result = await vegaEmbed(plot, spec, { actions: false, renderer: "svg", tooltip: { theme: "custom" } });
    plot.querySelector("svg").setAttribute("aria-hidden", "true");  // the alternative text speaks for it
    result.view.addEventListener("click", (event, item) => {
      const row = item?.datum && (item.datum.id !== undefined ? item.datum
        : result.view.data(chart.data[0]).find((shown) => shown.name === item.datum.value));  // a name stands for its row
      if (!row) return;
      if (row.place) state.place = state.place === row.place ? 0 : row.place;
      else if (chart.id === "bands") state.kind = state.kind === Number(row.id) ? 0 : Number(row.id);
      else if (chart.id === "ladder") state.base = Number(row.id);
      show();
    });
    return { chart, result, hint, plot };
  }));
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
  const start = performance.now(), rows = rowsOf();
  for (const name of ["place", "kind", "base", "step"]) parts[name].value = state[name];
  parts.reached.textContent = data.steps[state.step];
  parts.step.setAttribute("aria-valuetext", data.steps[state.step]);
  parts.finding.textContent = finding();
  const runs = views.map(({ chart, result, hint, plot }) => {
    for (const name of chart.data) result.view.data(name, structuredClone(rows[name]));
    for (const [name, value] of Object.entries(rows.signals[chart.id] ?? {})) result.view.signal(name, value);
    const drawn = rows[chart.data[0]];
    const cut = chart.id === "bars" && drawn.length < rows.districts.length;
    const ends = { map: rows.districts, bands: rows.bands }[chart.id];
    hint.textContent = cut ? fill(words.shown, { shown: drawn.length, all: rows.districts.length })
      : ends ? fill(words.scale, { upper: `${Math.round(upper(ends) * 100)}%` }) : "";
    const told = drawn.slice(0, 20).map((row) => `${row.name.replace("\n", " ")} ${row.rate_text}`).join("; ");
    plot.setAttribute("aria-label", `${words.titles[chart.id]}: ${told}`);
    return result.view.runAsync();
  });
  const sought = parts.search.value.trim().toLowerCase();
  parts.body.replaceChildren(...rows.ranked
    .filter((row) => words.places[row.place].toLowerCase().includes(sought))
    .map((row) => {
      const line = document.createElement("tr");
      make("th", "", line, words.places[row.place]).scope = "row";
      for (const text of [row.rate_text, row.part_text, row.whole_text, row.status]) make("td", "", line, text);
      line.title = row.base;
      return line;
    }));
  Promise.all(runs).then(() => { root.dataset.took = (performance.now() - start).toFixed(1); });
};
build();
