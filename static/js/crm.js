// The forms of CRM records. Every page works without this file.
(function () {
  "use strict";

  var PAUSE = 250;
  var SLOW = 300;

  // --- Whether it is there already: [data-look-up="url"] -----------------------

  // Asked on leaving the field, and never in the way: what comes late, or not at all,
  // the preview finds out. It takes over what was found here.
  document.querySelectorAll("[data-look-up]").forEach(function (note) {
    var input = document.getElementById(note.getAttribute("data-field"));
    var status = document.getElementById(input.id + "_status");
    var form = input.form;
    var asked = "";
    var timer = 0;
    var slowTimer = 0;
    var request = null;

    function stop() {
      window.clearTimeout(timer);
      window.clearTimeout(slowTimer);
      if (request) request.abort();
      request = null;
    }

    function forget() {
      stop();
      asked = "";
      status.textContent = "";
      form.matches = "";
    }

    function show(html) {
      var said = new DOMParser().parseFromString(html, "text/html").querySelector("[data-matches]");
      window.clearTimeout(slowTimer);
      request = null;
      status.textContent = said ? said.textContent : "";
      form.matches = said ? said.getAttribute("data-matches") : "";
      if (!form.matches) asked = "";
    }

    function lookUp() {
      var typed = new URLSearchParams();
      note
        .getAttribute("data-names")
        .split(" ")
        .concat("csrfmiddlewaretoken")
        .forEach(function (name) {
          if (form.elements[name]) typed.set(name, form.elements[name].value);
        });
      asked = input.value;
      request = new AbortController();
      slowTimer = window.setTimeout(function () {
        status.textContent = "Looking up in Zoho…";
      }, SLOW);
      window
        .fetch(note.getAttribute("data-look-up"), {
          method: "POST",
          body: typed,
          signal: request.signal,
          redirect: "error",
        })
        .then(function (answer) {
          if (!answer.ok) throw new Error(String(answer.status));
          return answer.text();
        })
        .then(show)
        .catch(function (error) {
          if (error.name !== "AbortError") forget();
        });
    }

    input.addEventListener("blur", function () {
      if (!input.value.trim() || input.value === asked || !input.checkValidity()) return;
      stop();
      timer = window.setTimeout(lookUp, PAUSE);
    });
    input.addEventListener("input", forget);
    form.addEventListener(
      "submit",
      function () {
        if (request) forget();
        else stop();
      },
      true
    );
  });

  // --- The preview comes into the page: form[data-preview] ------------------

  // Not as a page of its own, so that the Back button still finds what was typed.
  document.querySelectorAll("form[data-preview]").forEach(function (form) {
    var place = form.querySelector("[data-preview-place]");
    var plain = form.querySelector("[data-preview-plain]");
    var isLooking = false;
    var isPage = false;

    function isShown() {
      return Boolean(place.querySelector("#preview-title"));
    }

    // Not while it asks which record is meant.
    function isAgreed() {
      return Boolean(place.querySelector("[name=seen]").value);
    }

    function reset() {
      place.innerHTML = plain.innerHTML;
      form.setAttribute("data-busy", plain.getAttribute("data-words"));
    }

    function show(html) {
      place.innerHTML = html;
      if (isAgreed()) form.setAttribute("data-busy", "Saving…");
      place.querySelector("#preview-title").focus();
      place.scrollIntoView({ block: "nearest" });
    }

    // Errors and everything else come as a page, the usual way.
    function openPage() {
      var seen = place.querySelector("[name=seen]").value;
      reset();
      place.querySelector("[name=seen]").value = seen;
      isPage = true;
      form.requestSubmit();
    }

    // Files go along with the page, once: it keeps them.
    function hasFiles() {
      return Array.prototype.some.call(form.elements, function (input) {
        return input.type === "file" && input.files.length;
      });
    }

    function look() {
      var button = place.querySelector("button");
      button.setAttribute("aria-disabled", "true");
      button.classList.add("is-busy");
      button.textContent = form.getAttribute("data-busy");
      var body = new URLSearchParams(new FormData(form));
      body.set("matches", form.matches || "");
      fetch(form.action, {
        method: "POST",
        body: body,
        headers: { "X-Fragment": "preview" },
        redirect: "manual",
      })
        .then(function (answer) {
          return answer.headers.get("X-Fragment") ? answer.text() : "";
        })
        .then(function (html) {
          isLooking = false;
          if (html) show(html);
          else openPage();
        }, openPage);
    }

    form.addEventListener(
      "submit",
      function (event) {
        if (isPage || isAgreed() || hasFiles() || (event.submitter && event.submitter.name)) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        if (isLooking) return;
        isLooking = true;
        look();
      },
      true
    );

    // What was shown does not hold any more.
    ["input", "combobox:chosen"].forEach(function (name) {
      form.addEventListener(name, function (event) {
        if (isShown() && !place.contains(event.target)) reset();
      });
    });
  });

  // --- Dependent picklists: select[data-follows="#parent"] -------------------

  // The server checks them too; here the choices that cannot go together are hidden.
  document.querySelectorAll("[data-follows]").forEach(function (note) {
    var child = document.getElementById(note.getAttribute("data-child"));
    var parent = document.getElementById(note.getAttribute("data-follows"));
    var choices = JSON.parse(note.getAttribute("data-choices"));

    function narrow() {
      var fitting = choices[parent.value] || [];
      Array.prototype.forEach.call(child.options, function (option) {
        var fits = !option.value || fitting.indexOf(option.value) >= 0;
        option.hidden = option.disabled = !fits && !option.selected;
      });
    }

    parent.addEventListener("change", narrow);
    narrow();
  });
})();
