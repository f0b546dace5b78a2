// Small comforts. Every page works without this file.
(function () {
  "use strict";

  var NAME_WAIT_AFTER = 300;
  var REFRESH_EVERY = 3000;
  var REFRESH_FOR = 120000;

  function all(selector, from) {
    return Array.prototype.slice.call((from || document).querySelectorAll(selector));
  }

  // One polite live region for the whole page.
  function announce(words) {
    var region = document.getElementById("announcer");
    if (!region) return;
    region.textContent = "";
    window.setTimeout(function () {
      region.textContent = words;
    }, 50);
  }

  // Controls that need JavaScript are hidden in the page and shown here.
  function reveal(part) {
    all("[data-js]", part).forEach(function (control) {
      control.hidden = false;
    });
    // And those that only stand in for it go.
    all("[data-nojs]", part).forEach(function (control) {
      control.remove();
    });
  }

  // --- Copy buttons: [data-copy="#id"] ------------------------------------

  function select(target) {
    if (typeof target.select === "function") {
      target.focus();
      target.select();
      return;
    }
    var range = document.createRange();
    range.selectNodeContents(target);
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  // For plain http, where navigator.clipboard does not exist.
  function copyBySelecting(target) {
    select(target);
    try {
      return document.execCommand("copy");
    } catch (error) {
      return false;
    }
  }

  function showCopied(button, copied) {
    if (!copied) {
      announce("Not copied. The text is selected: press Ctrl+C or Cmd+C.");
      return;
    }
    announce("Copied");
    var word = button.querySelector("[data-copy-word]");
    button.classList.add("is-copied");
    if (word) word.textContent = "Copied";
    window.clearTimeout(button.copyTimer);
    button.copyTimer = window.setTimeout(function () {
      button.classList.remove("is-copied");
      if (word) word.textContent = "Copy";
    }, 2000);
  }

  function offerCopies(part) {
    all("[data-copy]", part).forEach(function (button) {
      var target = document.querySelector(button.getAttribute("data-copy"));
      if (!target) return;
      button.hidden = false;
      button.addEventListener("click", function () {
        var text = "value" in target ? target.value : target.textContent.trim();
        function fallback() {
          var copied = copyBySelecting(target);
          if (copied) button.focus();
          showCopied(button, copied);
        }
        if (!navigator.clipboard || !window.isSecureContext) {
          fallback();
          return;
        }
        navigator.clipboard.writeText(text).then(function () {
          showCopied(button, true);
        }, fallback);
      });
    });
  }

  // --- Submit guard: form[data-busy="Saving…"] -----------------------------

  function face(button) {
    return button.querySelector("[data-busy-word]") || button;
  }

  function setWords(button, words) {
    if (button.tagName === "INPUT") button.value = words;
    else face(button).textContent = words;
  }

  function markBusy(form, button) {
    button.setAttribute("aria-disabled", "true");
    button.classList.add("is-busy");
    button.idleHtml = button.tagName === "INPUT" ? button.value : button.innerHTML;
    // A quick answer needs no words. The button's own value is what gets sent.
    window.setTimeout(function () {
      if (!form.busy) return;
      setWords(button, form.getAttribute("data-busy"));
      announce(form.getAttribute("data-busy"));
    }, NAME_WAIT_AFTER);
  }

  function restore(form) {
    form.busy = false;
    all("[aria-disabled].is-busy", form).forEach(function (button) {
      button.removeAttribute("aria-disabled");
      button.classList.remove("is-busy");
      if (button.tagName === "INPUT") button.value = button.idleHtml;
      else button.innerHTML = button.idleHtml;
    });
  }

  function guardForms(part) {
    all("form[data-busy]", part).forEach(function (form) {
      form.addEventListener("submit", function (event) {
        // What opens in a new tab leaves the form as it is.
        if (event.submitter && event.submitter.formTarget === "_blank") return;
        if (form.busy) {
          event.preventDefault();
          return;
        }
        form.busy = true;
        var button =
          event.submitter || form.querySelector("button:not([type=button]), [type=submit]");
        if (button) markBusy(form, button);
      });
    });
  }

  // For the page's other scripts.
  window.portal = { announce: announce, restore: restore };

  // The Back button may bring the page as it was left.
  window.addEventListener("pageshow", function () {
    all("form[data-busy]").forEach(restore);
  });

  // What a page needs to come alive, and each part of it that is put in later.
  function enliven(part) {
    reveal(part);
    offerCopies(part);
    guardForms(part);
  }

  enliven(document);

  // --- Error summary ------------------------------------------------------

  function openAround(element) {
    for (var box = element.closest("details"); box; ) {
      box.open = true;
      box = box.parentElement && box.parentElement.closest("details");
    }
  }

  all("[aria-invalid=true]").forEach(openAround);

  all("[data-error-summary]").forEach(function (summary, index) {
    if (index === 0) summary.focus();
    summary.addEventListener("click", function (event) {
      var link = event.target.closest("a[href^='#']");
      var field = link && document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      openAround(field);
      var block = field.closest(".field") || field;
      block.scrollIntoView({ block: "start" });
      field.focus({ preventScroll: true });
    });
  });

  // --- Typed values stay with the Back button: form[data-keep="whose"] ----------

  // No page of ours is cached, so the history entry itself remembers what was typed.
  // The form's key comes back too: what is sent a second time stays one record.
  function typed(form) {
    return all("input, select, textarea", form).filter(function (field) {
      // What files were chosen is not for a page to say.
      return field.name && field.name !== "csrfmiddlewaretoken" && field.type !== "file";
    });
  }

  // Ticks of one question share a name: what counts is which of them are set.
  function isTick(field) {
    return field.type === "checkbox" || field.type === "radio";
  }

  function state(field) {
    return isTick(field) ? field.checked : field.value;
  }

  function remember(form) {
    var values = {};
    typed(form).forEach(function (field) {
      values[field.name] = (values[field.name] || []).concat(state(field));
    });
    var kept = { whose: form.getAttribute("data-keep"), values: values };
    try {
      window.history.replaceState({ kept: kept }, "");
    } catch (error) {
      return; // too much text for a history entry
    }
  }

  function recall(form, kept) {
    typed(form).forEach(function (field) {
      var left = kept.values[field.name];
      if (!left || !left.length) return;
      var was = left.shift();
      if (was === state(field)) return;
      if (isTick(field)) field.checked = was;
      else field.value = was;
      if (field.type !== "hidden") openAround(field);
    });
  }

  all("form[data-keep]").forEach(function (form) {
    var kept = window.history.state && window.history.state.kept;
    if (kept && kept.whose === form.getAttribute("data-keep")) recall(form, kept);
    // Fields that came later remember too.
    form.addEventListener("fieldsloaded", function () {
      if (kept && kept.whose === form.getAttribute("data-keep")) recall(form, kept);
    });
    form.addEventListener("change", function () {
      remember(form);
    });
    form.addEventListener("submit", function () {
      remember(form);
    });
  });

  // --- A page that soon shows something else: main[data-refresh] --------------

  function words(element) {
    return element ? element.textContent.trim().replace(/\s+/g, " ") : "";
  }

  function headline(main) {
    return words(main.querySelector("h1")) + " " + words(main.querySelector("h1 ~ * .badge-status"));
  }

  // Puts the new <main> in the old one's place if it says something else.
  function renew(main, page) {
    var found = new DOMParser().parseFromString(page, "text/html");
    var next = found.querySelector("main");
    if (!next || words(next) === words(main)) return main;
    var isNews = headline(next) !== headline(main);
    var hadFocus = main.contains(document.activeElement);
    main.replaceWith(next);
    enliven(next);
    document.title = found.title;
    if (hadFocus) next.focus();
    if (isNews) announce(headline(next));
    return next;
  }

  function follow(main, until) {
    if (!main || !main.hasAttribute("data-refresh") || Date.now() > until) return;
    window.setTimeout(function () {
      fetch(window.location.href)
        .then(function (answer) {
          return answer.ok && !answer.redirected ? answer.text() : "";
        })
        .then(function (page) {
          // Not while a button was pressed: its answer is on the way.
          var isBusy = main.querySelector(".is-busy");
          follow(page && !isBusy ? renew(main, page) : main, until);
        })
        .catch(function () {
          follow(main, until);
        });
    }, REFRESH_EVERY);
  }

  follow(document.querySelector("main"), Date.now() + REFRESH_FOR);

  // --- Theme chooser: [data-theme-choice="light|dark|system"] ---------------

  var choices = all("[data-theme-choice]");

  function showTheme() {
    choices.forEach(function (button) {
      var on = button.getAttribute("data-theme-choice") === window.portalTheme.read();
      button.setAttribute("aria-pressed", String(on));
    });
  }

  if (window.portalTheme && choices.length) {
    showTheme();
    choices.forEach(function (button) {
      button.addEventListener("click", function () {
        window.portalTheme.save(button.getAttribute("data-theme-choice"));
        showTheme();
      });
    });
  }

  // --- The update page looks again by itself: a[data-look-again="30"] ----------

  all("a[data-look-again]").forEach(function (link) {
    var seconds = Number(link.getAttribute("data-look-again"));
    window.setTimeout(function () {
      window.location.assign(link.href);
    }, seconds * 1000);
  });

  // --- Menus: close on Escape, on a click elsewhere, when focus leaves --------

  all("details[data-menu]").forEach(function (menu) {
    document.addEventListener("click", function (event) {
      if (!menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener("keydown", function (event) {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    menu.addEventListener("focusout", function (event) {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
    });
  });
})();
