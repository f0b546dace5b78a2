// Runs before the first paint, so the page never flashes in the wrong theme.
(function () {
  "use strict";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");

  function read() {
    try {
      var saved = window.localStorage.getItem("theme");
      return saved === "light" || saved === "dark" ? saved : "system";
    } catch (error) {
      return "system"; // storage is blocked: follow the system
    }
  }

  function apply() {
    var choice = read();
    var shown = choice === "system" ? (dark.matches ? "dark" : "light") : choice;
    root.setAttribute("data-bs-theme", shown);
  }

  apply();
  dark.addEventListener("change", apply);
  window.addEventListener("storage", apply);
  window.portalTheme = {
    read: read,
    save: function (choice) {
      try {
        window.localStorage.setItem("theme", choice);
      } catch (error) {
        // Storage is blocked: the choice holds for this page only.
        root.setAttribute("data-bs-theme", choice === "dark" ? "dark" : "light");
        return;
      }
      apply();
    },
  };
})();
