const HEIGHT = 290;
// One copy of plotly.js for all charts of a browser page.
const LIBRARY = Symbol.for("footdrop_analytics.plotly");

function library(model) {
  globalThis[LIBRARY] ??= new Promise((resolve, reject) => {
    const giveUp = (error) => {
      delete globalThis[LIBRARY];
      reject(error);
    };
    const patience = setTimeout(giveUp, 60000, new Error("plotly.js did not arrive"));
    const load = async (message, buffers) => {
      if (message.do !== "library") return;
      model.off("msg:custom", load);
      try {
        const packed = new Blob([buffers[0]]).stream().pipeThrough(new DecompressionStream("gzip"));
        const text = await new Response(packed).text();
        const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
        const before = globalThis.Plotly;
        await import(address);
        URL.revokeObjectURL(address);
        clearTimeout(patience);
        resolve(globalThis.Plotly);
        if (before) globalThis.Plotly = before;
      } catch (error) {
        giveUp(error);
      }
    };
    model.on("msg:custom", load);
    model.send({ say: "library?" });
  });
  return globalThis[LIBRARY];
}

class Drawing {
  constructor(model, el) {
    this.model = model;
    this.el = el;
    this.plot = el.appendChild(document.createElement("div"));
    this.plot.className = "fd-plot";
    this.plot.setAttribute("role", "img");
    this.drawn = null;
    this.queue = Promise.resolve();
  }

  // Drawings follow one another; of those that wait only the last is made.
  refresh() {
    this.queue = this.queue.then(() => this.draw()).catch((error) => this.fail(error));
  }

  async draw() {
    const token = this.model.get("token");
    if (token === this.drawn) return;
    const text = this.model.get("figure");
    if (text) {
      const plotly = await library(this.model);
      const { data, layout } = JSON.parse(text);
      // A height for the drawing, which would else keep that of the chart before, and for the box, which resizing asks.
      layout.height ??= HEIGHT;
      this.plot.style.height = `${layout.height}px`;
      this.plot.setAttribute("aria-label", this.model.get("label"));
      await plotly.react(this.plot, data, layout, { ...this.model.get("config") });
      this.plotly = plotly;
    } else {
      this.plotly?.purge(this.plot);
    }
    this.drawn = token;
    this.plot.dataset.drawn = token;
    this.compare();
  }

  fail(error) {
    this.drawn = null;
    this.compare();
    console.error(error);
    this.model.send({ say: "failed", why: String(error) });
  }

  // Plotly's drawing is seen only while it shows what the still drawing beside it shows.
  compare() {
    const pane = this.el.closest(".fd-chart");
    if (!pane) return;
    const still = pane.querySelector("[data-chart]")?.dataset.chart;
    const same = Boolean(this.drawn) && still === this.drawn;
    clearTimeout(this.patience);
    if (same || !still || !pane.classList.contains("fd-live")) pane.classList.toggle("fd-live", same);
    // The one may come a moment before the other; no need to flicker.
    else this.patience = setTimeout(() => pane.classList.remove("fd-live"), 1000);
  }

  watch() {
    const changes = new MutationObserver(() => this.compare());
    const sizes = new ResizeObserver(() => {
      if (this.plotly && this.drawn && this.plot.offsetWidth) this.plotly.Plots.resize(this.plot);
    });
    sizes.observe(this.el);
    // A view is put into the page after it was made.
    const begin = () => {
      const pane = this.el.closest(".fd-chart");
      if (!pane) return (this.waiting = requestAnimationFrame(begin));
      changes.observe(pane.querySelector(".fd-still"), { childList: true, subtree: true });
      this.refresh();
    };
    begin();
    return () => {
      cancelAnimationFrame(this.waiting);
      clearTimeout(this.patience);
      changes.disconnect();
      sizes.disconnect();
      this.plotly?.purge(this.plot);
    };
  }
}

export default {
  initialize({ model }) {
    model.send({ say: "here" });
  },
  render({ model, el }) {
    const drawing = new Drawing(model, el);
    const refresh = () => drawing.refresh();
    model.on("change:token", refresh);
    const end = drawing.watch();
    return () => {
      model.off("change:token", refresh);
      end();
    };
  },
};
