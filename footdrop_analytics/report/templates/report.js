"use strict";
// Draws the charts where the chart library is present; without it, and on paper, the still drawings stay.
(function () {
  var config = JSON.parse(document.getElementById("chart-config").textContent);
  if (window.Plotly) {
    document.querySelectorAll("figure.chart").forEach(function (figure) {
      var chart = JSON.parse(figure.querySelector(".chart-data").textContent);
      figure.classList.add("drawn");
      window.Plotly.newPlot(figure.querySelector(".live"), chart.data, chart.layout, config);
    });
  }
  // What is folded away on screen is wanted on paper where it explains a statement.
  var opened = [];
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details.on-paper:not([open])").forEach(function (part) {
      part.open = true;
      opened.push(part);
    });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (part) { part.open = false; });
    opened = [];
  });
})();
