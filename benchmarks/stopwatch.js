// Times what a person sees: from the event of a control until the frame in which all that it leads to is painted.
window.stopwatch = (() => {
  const all = (selector) => [...document.querySelectorAll(`.fd-dashboard ${selector}`)];
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

  // The kernel has answered, and each chart is plotly's drawing of the values that the page has.
  const still = () => {
    const charts = all(".fd-chart").filter((one) => one.querySelector("[data-chart]"));
    const drawn = charts.every(
      (one) =>
        one.classList.contains("fd-live") &&
        one.querySelector(".fd-plot").dataset.drawn === one.querySelector("[data-chart]").dataset.chart,
    );
    const filled = all(".fd-head").some((one) => one.textContent.trim());
    const rows = !all(".fd-patients").length || all(".fd-patients .fd-count").some((one) => /\d/.test(one.textContent));
    return filled && rows && drawn && !all(".busy").length;
  };

  // What differs after a change: the charts' values, who is shown, and how many rows the table has.
  const shown = () =>
    [
      ...all("[data-chart]").map((one) => one.dataset.chart),
      ...all(".fd-patients .fd-count").map((one) => one.textContent),
    ].join();

  const found = { still, stopped: null };
  let begun = null;
  for (const kind of ["input", "change", "click"])
    addEventListener(kind, () => (begun ??= performance.now()), { capture: true });

  found.arm = () => {
    const before = shown();
    begun = null;
    found.stopped = (async () => {
      while (begun === null || shown() === before || !still()) await new Promise(requestAnimationFrame);
      await painted();
      return performance.now() - begun;
    })();
  };

  // The analysis ends when the bar is full, or gone if nobody could see it full.
  let analysed = null;
  let first = null;
  const watching = new MutationObserver(() => {
    const bar = document.querySelector(".fd-opening .progress-bar");
    if (bar?.style.width === "100%" || (!bar && all(".fd-patients").length)) analysed ??= performance.now();
    if (analysed === null || !document.querySelector(".fd-patients tbody [data-place]")) return;
    watching.disconnect();
    painted().then(() => (first = (performance.now() - analysed) / 1000));
  });
  watching.observe(document, { subtree: true, childList: true, attributes: true });
  found.first = () => first;
  return found;
})();
