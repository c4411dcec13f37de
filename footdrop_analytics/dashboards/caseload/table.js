// ITABLES, the text of itables' own script, is put before this file; here it becomes a module again.
const address = URL.createObjectURL(new Blob([ITABLES], { type: "text/javascript" }));
const itables = (await import(address)).default;
URL.revokeObjectURL(address);

// The model as itables sees it: the same options without rows, and with a call after each drawing.
function withoutRows(model, drawn) {
  const more = { caption: model.get("caption"), searching: false, drawCallback() { drawn(this.api()); } };
  return {
    get: (name) => (name === "_dt_args" ? { ...model.get(name), ...more } : model.get(name)),
    set() {},
    save_changes() {},
    on() {},
  };
}

// What is not known has a key below 0 and stands behind all others in both directions, the most urgent (-1) first.
// DataTables has no option for that; its jQuery, which itables keeps to itself, leads to its orders.
function learnOrder(api) {
  const orders = api.$("tr").constructor.fn.dataTableExt.type.order;
  const knownFirst = (sign) => (one, other) => (one < 0) - (other < 0) || (one < 0 ? other - one : sign * (one - other));
  orders["known-first-asc"] = knownFirst(1);
  orders["known-first-desc"] = knownFirst(-1);
}

function unpacked(bytes) {
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
}

export default {
  render({ model, el }) {
    let table = null;
    const trouble = el.appendChild(document.createElement("p"));
    trouble.setAttribute("role", "alert");
    let latest = 0;
    // New rows in the same table: a person's order and number of rows on a page stay.
    const fill = async () => {
      const mine = ++latest;
      try {
        const rows = await unpacked(model.get("packed"));
        if (mine !== latest) return;
        trouble.textContent = "";
        table?.clear().rows.add(rows).draw();
      } catch (error) {
        console.error(error);
        trouble.textContent = "This browser cannot show the rows. The CSV file below has them; a newer browser shows them.";
        table?.clear().draw();
      }
    };
    const mark = () => {
      for (const one of el.querySelectorAll("[data-place]")) {
        const row = one.closest("tr");
        if (Number(one.dataset.place) === model.get("opened")) row.setAttribute("aria-current", "true");
        else row.removeAttribute("aria-current");
      }
    };
    const open = (event) => {
      // Somebody who marks a text with the mouse wants to copy it.
      if (String(getSelection()) && !event.target.closest("button")) return;
      const place = event.target.closest("tbody tr")?.querySelector("[data-place]")?.dataset.place;
      if (place !== undefined) model.send({ open: Number(place) });
    };
    model.on("change:packed", fill);
    model.on("change:opened", mark);
    el.addEventListener("click", open);
    const drawn = (api) => {
      if (table) return mark();
      table = api;
      learnOrder(api);
      queueMicrotask(fill);
    };
    itables.render({ model: withoutRows(model, drawn), el });
    return () => {
      model.off("change:packed", fill);
      model.off("change:opened", mark);
      latest = NaN;
      table?.destroy();
    };
  },
};
