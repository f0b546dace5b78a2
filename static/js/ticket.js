// The forms of a new ticket and of a template. They work without this file, by buttons
// that load them anew.
(function () {
  "use strict";

  var fields = document.getElementById("department-fields");
  var form = fields && fields.closest("form");
  if (!form) return;
  var box = form.querySelector("[data-combobox]");
  var contacts = box && box.getAttribute("data-combobox");
  var chosen = document.getElementById("id_contact");
  var who = document.getElementById("id_who");
  var newContact = document.getElementById("new-contact");
  var openTickets = document.getElementById("open-tickets");
  var knownPerson = document.getElementById("known-person");
  var department = document.getElementById("id_department");
  var leftOut = document.getElementById("left-out");

  function all(selector, from) {
    return Array.prototype.slice.call((from || form).querySelectorAll(selector));
  }

  function load(address, options) {
    return window
      .fetch(address, Object.assign({ redirect: "error" }, options))
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.text();
      })
      .then(function (html) {
        return new DOMParser().parseFromString(html, "text/html");
      });
  }

  function replaceBy(target, source) {
    target.replaceChildren.apply(target, source ? Array.from(source.childNodes) : []);
  }

  // --- Who ------------------------------------------------------------------

  function showOpenTickets() {
    load(contacts + encodeURIComponent(chosen.value) + "/tickets/").then(
      function (page) {
        replaceBy(openTickets, page.body);
      },
      function () {
        openTickets.replaceChildren();
      }
    );
  }

  function showNewContact(isShown) {
    newContact.hidden = !isShown;
    if (isShown) return;
    all("input:not([type=checkbox])", newContact).forEach(function (input) {
      input.value = "";
    });
    knownPerson.replaceChildren();
  }

  // What was typed is taken apart by the server, as it is without this file.
  function addContact() {
    loadAgain("add").then(fillNewContact, function () {
      wait(false);
      newContact.hidden = false;
      document.getElementById("id_last_name").focus();
    });
  }

  function fillNewContact(page) {
    wait(false);
    newContact.hidden = false;
    var inputs = all("input:not([type=checkbox])", newContact);
    inputs.forEach(function (input) {
      input.value = page.getElementById(input.id).value;
    });
    var needed = inputs.filter(function (input) {
      return !input.value && input.id !== "id_first_name";
    });
    // The name and the address come first; without a name it is asked for.
    var name = document.getElementById("id_last_name");
    (name.value ? needed[0] || name : name).focus();
    lookForKnown(document.getElementById("id_email").value);
  }

  function use(id, name) {
    chosen.value = id;
    who.value = name;
    document.getElementById("id_contact_name").value = name;
    showNewContact(false);
    showOpenTickets();
  }

  // An address that Desk knows is offered, so that nobody is there twice.
  function offerKnown(rows) {
    var words = document.createElement("p");
    words.textContent = "Desk knows this address.";
    var buttons = rows.map(function (row) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-secondary text-start d-block mb-3";
      button.textContent = "Use " + row.textContent.trim().replace(/\s+/g, " ");
      button.addEventListener("click", function () {
        use(row.getAttribute("data-value"), row.getAttribute("data-label"));
        who.focus();
      });
      return button;
    });
    knownPerson.replaceChildren.apply(knownPerson, [words].concat(buttons));
  }

  function lookForKnown(address) {
    knownPerson.replaceChildren();
    if (address.indexOf("@") < 1) return;
    load(contacts + "?q=" + encodeURIComponent(address)).then(
      function (page) {
        var rows = all("[role=option]", page).filter(function (each) {
          var words = each.textContent.toLowerCase().split(/\s+/);
          return words.indexOf(address.toLowerCase()) >= 0;
        });
        if (rows.length) offerKnown(rows);
      },
      function () {}
    );
  }

  if (box) {
    box.addEventListener("combobox:chosen", function (event) {
      use(event.detail.value, event.detail.label);
    });
    box.addEventListener("combobox:cleared", function () {
      openTickets.replaceChildren();
    });
    box.addEventListener("combobox:add", addContact);
    document.getElementById("id_email").addEventListener("change", function (event) {
      lookForKnown(event.target.value.trim());
    });
    newContact.hidden = !all("input", newContact).some(function (input) {
      return input.value || input.getAttribute("aria-invalid");
    });
    if (chosen.value && !openTickets.childElementCount) showOpenTickets();
  }

  // --- Values that go with another value -------------------------------------

  function narrow(child) {
    var parent = document.getElementById(child.getAttribute("data-depends-on"));
    if (!parent) return;
    var groups = all("optgroup", child);
    var first = child.options[0];
    function show() {
      var value = child.value;
      var own = groups.filter(function (group) {
        return group.label === parent.value;
      });
      child.replaceChildren.apply(child, [first].concat(own));
      child.value = value;
      if (child.selectedIndex < 0) child.selectedIndex = 0;
    }
    parent.addEventListener("change", show);
    show();
  }

  // --- The department's fields ------------------------------------------------

  function dress() {
    // The Enter key presses a form's first button of the other type.
    all("button[data-step]").forEach(function (step) {
      step.type = "button";
    });
    all("[data-js]", fields).forEach(function (control) {
      control.hidden = false;
    });
    all("select[data-depends-on]", fields).forEach(narrow);
  }

  // What was typed meanwhile would be lost with the fields that are replaced.
  function wait(isWaiting) {
    fields.inert = isWaiting;
    fields.setAttribute("aria-busy", String(isWaiting));
  }

  function loadAgain(wish) {
    var data = new FormData(form);
    all("input[type=file]").forEach(function (input) {
      data.delete(input.name);
    });
    data.append(wish, "1");
    wait(true);
    return load(form.action || window.location.href, { method: "POST", body: data });
  }

  function showFields(isBack) {
    var wish = department.value;
    loadAgain("show_fields").then(
      function (page) {
        if (department.value !== wish) return;
        replaceBy(fields, page.getElementById("department-fields"));
        if (isBack) form.dispatchEvent(new CustomEvent("fieldsloaded"));
        replaceBy(leftOut, page.getElementById("left-out"));
        wait(false);
        dress();
      },
      function () {
        wait(false);
        leftOut.textContent =
          "The fields of this department could not be loaded. Choose it once more.";
      }
    );
  }

  // --- Templates ----------------------------------------------------------------

  function fillEmpty(page) {
    ["id_template", "id_department", "id_subject", "id_description"].forEach(
      function (id) {
        var field = document.getElementById(id);
        var found = page.getElementById(id);
        if (field && found && !field.value) field.value = found.value;
      }
    );
  }

  function useTemplate() {
    var said = document.getElementById("from-template");
    loadAgain("use_template").then(
      function (page) {
        fillEmpty(page);
        replaceBy(fields, page.getElementById("department-fields"));
        replaceBy(leftOut, page.getElementById("left-out"));
        replaceBy(said, page.getElementById("from-template"));
        wait(false);
        dress();
        form.dispatchEvent(new Event("change"));
      },
      function () {
        wait(false);
        said.textContent = "The template could not be loaded. Use it once more.";
      }
    );
  }

  var templateButton = form.querySelector("[name=use_template]");
  if (templateButton) {
    // Nor is this one pressed by the Enter key.
    templateButton.type = "button";
    templateButton.addEventListener("click", useTemplate);
  }

  dress();
  if (department && department.tagName === "SELECT") {
    department.addEventListener("change", function () {
      showFields(false);
    });
    // The Back button brings the choice, not the fields.
    var shown = fields.getAttribute("data-shown");
    if (department.value && department.value !== shown) showFields(true);
  }

  form.addEventListener("click", function (event) {
    var step = event.target.closest("button[data-step]");
    if (!step || step.type === "submit") return;
    step.type = "submit";
    form.requestSubmit(step);
  });

  form.addEventListener("click", function (event) {
    var button = event.target.closest("[data-fill]");
    if (!button) return;
    var field = document.getElementById(button.getAttribute("data-fill"));
    field.value = button.getAttribute("data-value");
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  });
})();
