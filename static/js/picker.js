// Ticking the fields of a form and putting them in order. The page works without this
// file, by buttons that load it anew.
(function () {
  "use strict";

  var SLOW = 300;

  var form = document.querySelector("form[data-picker]");
  if (!form) return;
  var part = form.querySelector("[data-picker-part]");
  var status = form.querySelector("[data-picker-status]");
  var request = null;

  function all(selector) {
    return Array.prototype.slice.call(form.querySelectorAll(selector));
  }

  function ticked() {
    return all("[data-row]").filter(function (row) {
      return row.querySelector("[type=checkbox]").checked;
    });
  }

  function tellPlace(row, verb) {
    var order = ticked();
    status.textContent =
      row.getAttribute("data-row") + verb + (order.indexOf(row) + 1) + " of " + order.length + ".";
  }

  function openAround(row) {
    var box = row.closest("details");
    if (box) box.open = true;
  }

  // Past the next field that is ticked: the others have no place in the order.
  function move(button) {
    var row = button.closest("[data-row]");
    var isUp = button.name === "up";
    var order = ticked();
    var other = order[order.indexOf(row) + (isUp ? -1 : 1)];
    if (!other) return tellPlace(row, " stays number ");
    if (isUp) other.before(row);
    else other.after(row);
    openAround(row);
    button.focus();
    tellPlace(row, " is number ");
  }

  function tick(box) {
    var row = box.closest("[data-row]");
    row.querySelector("[data-moves]").hidden = !box.checked;
    if (box.checked) tellPlace(row, " is number ");
    else status.textContent = row.getAttribute("data-row") + " is not ticked any more.";
  }

  function take(page) {
    var focused = document.activeElement.id;
    part.replaceChildren.apply(
      part,
      Array.from(page.querySelector("[data-picker-part]").childNodes)
    );
    status.textContent = page.querySelector("[data-picker-status]").textContent;
    setUp();
    if (focused && document.getElementById(focused)) document.getElementById(focused).focus();
  }

  // What the server makes of the choice so far; nothing is saved by it.
  function renew(act) {
    var body = new URLSearchParams(new FormData(form));
    body.set("act", act);
    if (request) request.abort();
    request = new AbortController();
    var slow = window.setTimeout(function () {
      status.textContent = "Fetching the fields…";
    }, SLOW);
    window
      .fetch(window.location.href, {
        method: "POST",
        body: body,
        redirect: "error",
        signal: request.signal,
      })
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.text();
      })
      .then(function (html) {
        window.clearTimeout(slow);
        take(new DOMParser().parseFromString(html, "text/html"));
      })
      .catch(function (error) {
        window.clearTimeout(slow);
        if (error.name === "AbortError") return;
        status.textContent = "The fields cannot be fetched just now. Try again in a moment.";
      });
  }

  // Only "Save settings" sends the form, with the Enter key too.
  function setUp() {
    all("[name=up], [name=down], [name=act]").forEach(function (button) {
      button.type = "button";
    });
  }

  form.addEventListener("click", function (event) {
    var button = event.target.closest("button[name]");
    if (!button) return;
    if (button.name === "act") renew(button.value);
    else move(button);
  });

  form.addEventListener("change", function (event) {
    if (event.target.closest("[data-row]")) tick(event.target);
    else if (event.target.tagName === "SELECT") renew("show");
  });

  setUp();
})();
