// One more row without loading the page anew: [data-rows]. Without this file the button
// asks the server for it.
(function () {
  "use strict";

  var PATTERN = /new999/g;
  var NUMBER = /-new(\d+)-/;

  // Numbers go on counting, so that no two rows share a name.
  function next(box) {
    var used = Array.prototype.map.call(box.querySelectorAll("[data-row-of] [name]"), function (input) {
      var found = NUMBER.exec(input.name);
      return found ? Number(found[1]) : -1;
    });
    return Math.max.apply(null, used.concat(-1)) + 1;
  }

  function add(box, button) {
    var pattern = box.querySelector("[data-row-pattern]");
    var holder = document.createElement("div");
    holder.innerHTML = pattern.innerHTML.replace(PATTERN, "new" + next(box));
    var row = holder.querySelector("[data-row-of]");
    var none = box.querySelector("[data-no-rows]");
    if (none) none.remove();
    button.before(row);
    name(row);
    row.dispatchEvent(new CustomEvent("rows:added", { bubbles: true }));
    row.querySelector("input:not([type=hidden]), select, textarea").focus();
  }

  // The page later says which fields it had.
  function name(row) {
    var names = row.closest("form").querySelector("[name=form-fields]");
    Array.prototype.forEach.call(row.querySelectorAll("[name]"), function (input) {
      if (/^\w+-new\d+-\w+$/.test(input.name) && !/-gone$/.test(input.name)) {
        names.value += "," + input.name;
      }
    });
  }

  Array.prototype.forEach.call(document.querySelectorAll("[data-rows]"), function (box) {
    var button = box.querySelector("[data-add-row]");
    button.type = "button";
    button.addEventListener("click", function () {
      add(box, button);
    });
  });
})();
