// A page of linked charts. Each is drawn once; afterwards only its data changes, and its elements stay.
async function render({ model, el }) {
  const plan = model.get("plan");
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

  const drawn = plan.charts.map((chart) => ({
    id: chart.id,
    ...chartIn(page, grid, chart, (id, event) => model.send({ kind: "click", chart: chart.id, id, add: event.shiftKey })),
  }));

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
    return Promise.all(drawn.map((one) => one.show(frame.charts[one.id])));
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
  const first = model.get("frame");
  await Promise.all(drawn.map((one) => one.draw(first.charts[one.id])));
  model.on("change:frame", draw);
  model.on("comm_live_update", ask);
  model.on("msg:custom", heard);
  await draw();
  return () => {
    model.off("change:frame", draw);
    model.off("comm_live_update", ask);
    model.off("msg:custom", heard);
    for (const one of drawn) one.end();
  };
}
export default { render };
