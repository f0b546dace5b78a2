// A text field that looks its values up while somebody types: [data-combobox="url"].
// https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
(function () {
  "use strict";

  var PAUSE = 250;
  var SLOW = 300;
  var SHORTEST = 2;

  function setUp(box) {
    var input = box.querySelector("input[type=text]");
    var hidden = box.querySelectorAll("input[type=hidden]");
    var chosen = hidden[0];
    var chosenName = hidden[1];
    var list = box.querySelector("[role=listbox]");
    var status = box.querySelector("[data-combobox-status]");
    var addWords = box.getAttribute("data-add");
    var active = -1;
    var timer = 0;
    var slowTimer = 0;
    var request = null;

    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");

    function tell(name, detail) {
      box.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: detail }));
    }

    function options() {
      return Array.prototype.slice.call(list.querySelectorAll("[role=option]"));
    }

    function mark(position) {
      var rows = options();
      active = rows.length ? (position + rows.length) % rows.length : -1;
      rows.forEach(function (row, index) {
        row.setAttribute("aria-selected", String(index === active));
        row.classList.toggle("active", index === active);
      });
      if (active < 0) input.removeAttribute("aria-activedescendant");
      else {
        input.setAttribute("aria-activedescendant", rows[active].id);
        rows[active].scrollIntoView({ block: "nearest" });
      }
    }

    function close() {
      window.clearTimeout(timer);
      window.clearTimeout(slowTimer);
      if (request) request.abort();
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      active = -1;
      input.removeAttribute("aria-activedescendant");
    }

    function addRow() {
      var row = document.createElement("li");
      row.className = "list-group-item list-group-item-action";
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", "false");
      row.setAttribute("data-add-row", "");
      row.textContent = addWords;
      list.appendChild(row);
    }

    function open(found, words) {
      window.clearTimeout(slowTimer);
      list.textContent = "";
      found.forEach(function (row) {
        list.appendChild(row);
      });
      if (addWords) addRow();
      options().forEach(function (row, index) {
        row.id = list.id + "_" + index;
      });
      status.textContent = words;
      list.hidden = !options().length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      active = -1;
      input.removeAttribute("aria-activedescendant");
    }

    function read(html) {
      var page = new DOMParser().parseFromString(html, "text/html");
      var words = page.querySelector("[data-status]");
      open(
        Array.prototype.slice.call(page.querySelectorAll("[role=option]")),
        words ? words.textContent : ""
      );
    }

    function lookUp() {
      var typed = input.value.trim();
      if (request) request.abort();
      if (typed.length < SHORTEST) return close();
      request = new AbortController();
      slowTimer = window.setTimeout(function () {
        status.textContent = box.getAttribute("data-wait");
      }, SLOW);
      var address = box.getAttribute("data-combobox");
      var query = "?q=" + encodeURIComponent(typed);
      window
        .fetch(address + query, { signal: request.signal, redirect: "error" })
        .then(function (answer) {
          if (!answer.ok) throw new Error(String(answer.status));
          return answer.text();
        })
        .then(read)
        .catch(function (error) {
          if (error.name === "AbortError") return;
          open([], "Nothing could be looked up just now. Type on to try again.");
        });
    }

    function choose(row) {
      if (row.hasAttribute("data-add-row")) {
        close();
        status.textContent = "";
        tell("combobox:add", input.value.trim());
        return;
      }
      var label = row.getAttribute("data-label");
      input.value = label;
      chosen.value = row.getAttribute("data-value");
      chosenName.value = label;
      close();
      status.textContent = "";
      tell("combobox:chosen", { value: chosen.value, label: label });
      tell("change");
    }

    input.addEventListener("input", function () {
      if (chosen.value) {
        chosen.value = "";
        chosenName.value = "";
        tell("combobox:cleared");
      }
      window.clearTimeout(timer);
      window.clearTimeout(slowTimer);
      timer = window.setTimeout(lookUp, PAUSE);
    });

    input.addEventListener("keydown", function (event) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) lookUp();
        else mark(event.key === "ArrowDown" ? active + 1 : Math.max(active, 0) - 1);
      } else if (event.key === "Enter" && !list.hidden) {
        event.preventDefault();
        if (active >= 0) choose(options()[active]);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      }
    });

    // The focus stays in the field while an option is pressed.
    list.addEventListener("mousedown", function (event) {
      event.preventDefault();
    });
    list.addEventListener("click", function (event) {
      var row = event.target.closest("[role=option]");
      if (row) choose(row);
    });
    input.addEventListener("blur", close);

    // What the page found itself is taken over without loading it anew.
    Array.prototype.forEach.call(box.querySelectorAll("button[name=use]"), function (one) {
      one.type = "button";
      one.addEventListener("click", function () {
        choose(one);
        one.closest("ul").remove();
        input.focus();
      });
    });
  }

  Array.prototype.forEach.call(document.querySelectorAll("[data-combobox]"), setUp);

  // What comes into the page later has fields of its own.
  document.addEventListener("rows:added", function (event) {
    Array.prototype.forEach.call(event.target.querySelectorAll("[data-combobox]"), setUp);
  });
})();
