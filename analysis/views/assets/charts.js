// Charts on a page. Each is drawn once; afterwards only what differs between its rows is changed, so that its marks stay.
const make = (tag, name, parent, text) => {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  parent?.append(made);
  return made;
};

// Change what differs between a chart's rows and those it should show; returns how much.
function update(view, name, rows) {
  const shown = view.data(name);
  if (shown.length !== rows.length) {
    view.data(name, structuredClone(rows));
    return rows.length + 1;
  }
  const change = view.changeset();
  let changes = 0;
  rows.forEach((row, place) => {
    for (const field in row) {
      if (shown[place][field] === row[field]) continue;
      change.modify(shown[place], field, row[field]);
      changes += 1;
    }
  });
  if (changes) view.change(name, change);
  return changes;
}

// What stands beside the pointer: the first line is a name.
function pointed(page, event, tip) {
  const box = page.querySelector(":scope > .cw-tip") ?? make("div", "cw-tip", page);
  box.hidden = !tip;
  if (!tip) return;
  box.replaceChildren(...tip.split("\n").map((line) => make("div", "", null, line)));
  const right = event.clientX + box.offsetWidth + 24 > window.innerWidth;
  box.style.left = `${event.clientX + (right ? -box.offsetWidth - 14 : 14)}px`;
  box.style.top = `${Math.min(event.clientY + 14, window.innerHeight - box.offsetHeight - 6)}px`;
}

// A place for a chart, and what draws in it and shows words: title, hint, alt, empty, data and signals of a frame.
function chartIn(page, grid, { id, spec }, clicked) {
  const figure = make("figure", "cw-chart", grid);
  figure.dataset.chart = id;
  const title = make("figcaption", "cw-title", figure), hint = make("p", "cw-hint", figure);
  const plot = make("div", "cw-plot", figure), empty = make("p", "cw-empty", figure);
  plot.setAttribute("role", "img");
  let view = null, finalize = () => {};
  const say = (words) => {
    title.textContent = words.title;
    hint.textContent = words.hint;
    plot.setAttribute("aria-label", words.alt);
    empty.textContent = words.empty;
    figure.classList.toggle("cw-is-empty", words.empty !== "");
  };
  const draw = async (words) => {
    say(words);
    const { width, height } = words.signals;
    const params = spec.params.map((param) => ({ ...param, value: words.signals[param.name] ?? param.value }));
    const whole = { ...structuredClone(spec), width, height, params, datasets: { ...spec.datasets, ...structuredClone(words.data) } };
    const result = await vegaEmbed(plot, whole, { actions: false, renderer: "svg" });
    plot.querySelector("svg")?.setAttribute("aria-hidden", "true");  // the alternative text speaks for it
    ({ view, finalize } = result);
    view.addEventListener("click", (event, item) => {
      if (item?.datum?.id !== undefined) clicked(item.datum.id, event);
    });
    view.addEventListener("mousemove", (event, item) => pointed(page, event, item?.datum?.tip));
    view.addEventListener("mouseout", (event) => pointed(page, event, ""));
  };
  const show = (words) => {
    say(words);
    if (!view) return null;
    let changes = 0;
    for (const name in words.data) changes += update(view, name, words.data[name]);
    for (const [name, value] of Object.entries(words.signals)) {
      if (view.signal(name) === value) continue;
      if (name === "width" || name === "height") view[name](value);
      else view.signal(name, value);
      changes += 1;
    }
    return changes ? view.runAsync() : null;
  };
  return { draw, show, end: () => finalize() };
}
