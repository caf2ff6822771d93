// Change only what differs between a chart's rows and those it should show, so that its marks stay; returns how much.
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

// A page of linked charts. Each is drawn once; afterwards only its data changes, and its elements stay.
async function render({ model, el }) {
  const plan = model.get("plan");
  const make = (tag, name, parent) => {
    const made = document.createElement(tag);
    made.className = name;
    if (parent) parent.append(made);
    return made;
  };
  const page = make("div", "cw-live", el);
  page.lang = plan.tag;
  const stale = make("p", "cw-stale", page);
  stale.setAttribute("role", "alert");
  stale.hidden = true;
  const finding = make("p", "cw-finding", page);
  finding.setAttribute("aria-live", "polite");
  const note = make("p", "cw-note", page);
  const chosen = make("div", "cw-chosen", page);
  const chips = make("span", "cw-chips", chosen);
  const clear = make("button", "cw-clear", chosen);
  clear.type = "button";
  clear.onclick = () => model.send({ kind: "clear" });
  const grid = make("div", "cw-grid", page);

  const drawn = [];
  for (const chart of plan.charts) {
    const figure = make("figure", "cw-chart", grid);
    figure.dataset.chart = chart.id;
    const title = make("figcaption", "cw-title", figure);
    const hint = make("p", "cw-hint", figure);
    const plot = make("div", "cw-plot", figure);
    plot.setAttribute("role", "img");
    const empty = make("p", "cw-empty", figure);
    drawn.push({ chart, figure, title, hint, plot, empty, view: null, finalize: null });
  }

  // The widgets' sliders have a label beside them that nothing ties to their handles.
  const nameSliders = () => {
    const whole = page.closest(".cw-explore");
    whole?.setAttribute("data-lm-suppress-shortcuts", "true");  // keys typed in here are none of JupyterLab's
    for (const slider of whole?.querySelectorAll(".widget-slider") ?? []) {
      const label = slider.querySelector(".widget-label")?.textContent;
      for (const part of slider.querySelectorAll(".noUi-handle, .widget-readout")) part.setAttribute("aria-label", label ?? "");
    }
  };

  const show = (frame) => {
    finding.textContent = frame.finding;
    note.textContent = frame.note;
    clear.textContent = frame.clear;
    clear.disabled = !frame.chosen;
    chips.textContent = frame.chosen || frame.nothing;
    const runs = [];
    for (const one of drawn) {
      const words = frame.charts[one.chart.id];
      one.title.textContent = words.title;
      one.hint.textContent = words.hint;
      one.plot.setAttribute("aria-label", words.alt);
      one.empty.textContent = words.empty;
      one.figure.classList.toggle("cw-is-empty", words.empty !== "");
      if (!one.view) continue;
      let changes = 0;
      for (const name of one.chart.data) changes += update(one.view, name, frame.data[name]);
      for (const [name, value] of Object.entries(words.signals)) {
        if (one.view.signal(name) === value) continue;
        one.view.signal(name, value);
        changes += 1;
      }
      if (changes) runs.push(one.view.runAsync());
    }
    return Promise.all(runs);
  };

  const embed = async (one, frame) => {
    const spec = structuredClone(one.chart.spec);
    spec.datasets = { ...spec.datasets };
    const signals = frame.charts[one.chart.id].signals;
    spec.params = spec.params.map((param) => ({ ...param, value: signals[param.name] ?? param.value }));
    for (const name of one.chart.data) spec.datasets[name] = structuredClone(frame.data[name]);
    const result = await vegaEmbed(one.plot, spec, { actions: false, renderer: "svg", tooltip: { theme: "custom" } });
    one.plot.querySelector("svg")?.setAttribute("aria-hidden", "true");  // the alternative text speaks for it
    one.view = result.view;
    one.finalize = result.finalize;
    one.view.addEventListener("click", (event, item) => {
      // a name beside the plot stands for its row
      const row = item?.datum && (item.datum.id !== undefined ? item.datum
        : one.view.data(one.chart.data[0]).find((shown) => shown.name === item.datum.value));
      const id = row?.id;
      if (id !== undefined && id !== null) model.send({ kind: "click", chart: one.chart.id, id, add: event.shiftKey });
    });
  };

  // Frames that come in while one is drawn are dropped but for the last.
  let waiting = null, busy = false;
  const draw = async () => {
    waiting = model.get("frame");
    if (busy) return;
    busy = true;
    while (waiting) {
      const frame = waiting;
      waiting = null;
      await show(frame);
      page.dataset.drawn = frame.number;
    }
    busy = false;
    nameSliders();
  };
  // A view outlives its kernel. Ask whether there is still one that answers, and say so where there is none.
  stale.textContent = plan.lost;
  let answered = false;
  const heard = (message) => {
    if (message.kind === "here") answered = true;
  };
  const ask = () => {
    answered = false;
    try {
      model.send({ kind: "there?" });
    } catch {
      // no connection at all: nothing will answer
    }
    setTimeout(() => {
      stale.hidden = answered;
    }, 2000);
  };
  // A chart takes the width it finds when it is drawn: wait for one, and tell the charts when it changes.
  let width = 0;
  await new Promise((ready) => {
    const watch = new ResizeObserver(() => {
      if (!page.isConnected || page.clientWidth === 0 || page.clientWidth === width) return;
      width = page.clientWidth;
      window.dispatchEvent(new Event("resize"));
      ready();
    });
    watch.observe(page);
  });
  const first = model.get("frame");
  await Promise.all(drawn.map((one) => embed(one, first)));
  model.on("change:frame", draw);
  model.on("comm_live_update", ask);
  model.on("msg:custom", heard);
  await draw();
  return () => {
    model.off("change:frame", draw);
    model.off("comm_live_update", ask);
    model.off("msg:custom", heard);
    for (const one of drawn) if (one.finalize) one.finalize();
  };
}
export default { render };
