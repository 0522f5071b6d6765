// Runs before the page is painted: applies the stored choice, then offers the switch that is hidden without script.
(function () {
  "use strict";
  var KEY = "verbund-darstellung";
  var root = document.documentElement;

  function stored() {
    try {
      return window.localStorage.getItem(KEY);
    } catch {
      return null; // storage may be forbidden: the system's setting holds
    }
  }

  function store(theme) {
    try {
      window.localStorage.setItem(KEY, theme);
    } catch {
      // the choice then lasts for this page only
    }
  }

  function isDark() {
    var forced = root.getAttribute("data-kern-theme");
    return forced ? forced === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  }

  function show(button) {
    button.setAttribute("aria-pressed", String(isDark()));
  }

  var choice = stored();
  if (choice === "dark" || choice === "light") {
    root.setAttribute("data-kern-theme", choice);
  }
  root.classList.add("vb-js");

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-theme-switch]").forEach(function (slot) {
      var button = slot.querySelector("button");
      slot.hidden = false;
      show(button);
      button.addEventListener("click", function () {
        var theme = isDark() ? "light" : "dark";
        root.setAttribute("data-kern-theme", theme);
        store(theme);
        document.querySelectorAll("[data-theme-switch] button").forEach(show);
      });
    });
  });
})();
