// The table is HTML that Python made; this says to Python what is clicked, and keeps a person's place in it.
export default {
  render({ model, el }) {
    const mark = () => {
      for (const one of el.querySelectorAll("[data-place]")) {
        const row = one.closest("tr");
        if (Number(one.dataset.place) === model.get("opened")) row.setAttribute("aria-current", "true");
        else row.removeAttribute("aria-current");
      }
    };
    const fill = () => {
      const key = el.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
      const scrolled = el.querySelector(".fd-scroll")?.scrollLeft ?? 0;
      el.innerHTML = model.get("html");
      if (scrolled) el.querySelector(".fd-scroll").scrollLeft = scrolled;
      mark();
      if (key === undefined) return;
      const same = el.querySelector(`[data-key="${key}"]:enabled`) ?? el.querySelector("nav button:enabled, button");
      same?.focus({ preventScroll: true });
    };
    const clicked = (event) => {
      const button = event.target.closest("button");
      if (button?.dataset.choose) return model.send({ choose: JSON.parse(button.dataset.choose) });
      // What unfolds behind a number is read in the list.
      if (event.target.closest("details")) return;
      // Somebody who marks a text with the mouse wants to copy it.
      if (String(getSelection()) && !button) return;
      const place = event.target.closest("tbody tr")?.querySelector("[data-place]")?.dataset.place;
      if (place !== undefined) model.send({ open: Number(place) });
    };
    model.on("change:html", fill);
    model.on("change:opened", mark);
    el.addEventListener("click", clicked);
    fill();
    return () => {
      model.off("change:html", fill);
      model.off("change:opened", mark);
      el.removeEventListener("click", clicked);
    };
  },
};
