// In a notebook's cell: tables that can be sorted, copied and saved, figures that can be saved. Nothing leaves the page.
(() => {
  const root = document.currentScript?.parentElement?.querySelector(".cw-cell");
  if (!root) return;
  const zh = root.lang.startsWith("zh");
  const text = (cell) => {
    const bare = cell.cloneNode(true);
    for (const card of bare.querySelectorAll(".cw-card")) card.remove();  // what stands on hover is no part of the number
    return bare.textContent.trim();
  };
  const number = (said) => {
    const found = said.replaceAll(",", "").replace("−", "-").match(/^[^\d-]*(-?\d+(?:\.\d+)?)/);
    return found ? Number(found[1]) : null;
  };
  const save = (name, kind, content) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type: kind }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const tools = (place, buttons) => {
    const bar = document.createElement("div");
    bar.className = "cw-tools";
    for (const [label, act] of buttons) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.onclick = act;
      bar.append(button);
    }
    place.append(bar);
  };
  const named = (place, ending) => {
    const title = text(place.querySelector("caption, figcaption") ?? place).replace(/[\\/:*?"<>|\s]+/g, "_").slice(0, 60);
    return `${title || "table"}.${ending}`;
  };
  // A cell that a spreadsheet would take for a formula is written as text.
  const safe = (said) => (/^[=+\-@]/.test(said) ? `'${said}` : said);
  const quoted = (said) => (/[",\n]/.test(said) ? `"${said.replaceAll('"', '""')}"` : said);

  for (const place of root.querySelectorAll(".cw-table")) {
    const table = place.querySelector("table"), body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
    const lines = () => [table.tHead.rows[0], ...body.rows].map((row) => [...row.cells].map((cell) => safe(text(cell))));
    heads.forEach((head, column) => {
      head.tabIndex = 0;
      head.onkeydown = (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        sort();
      };
      const sort = () => {
        const down = head.ariaSort === "descending" ? 1 : -1;
        for (const one of heads) one.removeAttribute("aria-sort");
        head.ariaSort = down === 1 ? "ascending" : "descending";
        const rows = [...body.rows].filter((row) => !row.classList.contains("cw-total"));
        const key = (row) => text(row.cells[column]);
        rows.sort((one, two) => {
          const [a, b] = [number(key(one)), number(key(two))];
          if (a === null || b === null) return a === b ? down * key(one).localeCompare(key(two), root.lang) : a === null ? 1 : -1;
          return down * (a - b);
        });
        for (const row of rows) body.insertBefore(row, body.querySelector(".cw-total"));
      };
      head.style.cursor = "pointer";
      head.title = zh ? "点击排序" : "click to sort";
      head.onclick = sort;
    });
    tools(place, [
      [zh ? "复制" : "Copy", () => navigator.clipboard.writeText(lines().map((line) => line.join("\t")).join("\n"))],
      ["CSV", () => save(named(place, "csv"), "text/csv", `\ufeff${lines().map((line) => line.map(quoted).join(",")).join("\r\n")}\r\n`)],
    ]);
  }
  for (const place of root.querySelectorAll("figure")) {
    const svg = place.querySelector("svg");
    if (!svg) continue;
    const drawn = () => new XMLSerializer().serializeToString(svg);
    tools(place, [
      ["SVG", () => save(named(place, "svg"), "image/svg+xml", drawn())],
      ["PNG", () => {
        const picture = new Image(), canvas = document.createElement("canvas"), box = svg.viewBox.baseVal;
        picture.onload = () => {
          [canvas.width, canvas.height] = [box.width * 3, box.height * 3];
          canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
          canvas.toBlob((made) => save(named(place, "png"), "image/png", made));
        };
        picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawn())}`;
      }],
    ]);
  }
})();
