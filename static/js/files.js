// File controls: several files by button, drop or paste, sent with their progress.
// Without this file the browser's own control works, and forms are sent as ever.
(function () {
  "use strict";

  var UNITS = ["bytes", "KB", "MB", "GB"];
  // Browsers do not keep files when a form comes back with a page; this keeps them.
  var carried = window.carriedFiles || {};
  delete window.carriedFiles;

  function all(selector, from) {
    return Array.from((from || document).querySelectorAll(selector));
  }

  function part(box, name) {
    return box.querySelector("[data-files-" + name + "]");
  }

  function input(box) {
    return box.querySelector("input[type=file]");
  }

  function readable(size) {
    var step = 0;
    for (; size >= 1024 && step < 3; step++) size /= 1024;
    var unit = !step && size === 1 ? "byte" : UNITS[step];
    return size.toFixed(step ? 1 : 0).replace(/\.0$/, "") + "\u00a0" + unit;
  }

  // --- What was chosen ------------------------------------------------------

  function chosen(box) {
    return box.chosen || [];
  }

  function isSame(one, other) {
    return (
      one.name === other.name &&
      one.size === other.size &&
      one.lastModified === other.lastModified
    );
  }

  function objection(box, file) {
    var most = Number(input(box).dataset.mostBytes);
    var name = "“" + file.name + "”";
    if (file.isGone) return name + " cannot be read any more. Choose it again.";
    if (!file.size) return name + " is empty (0 bytes). Choose another file.";
    if (file.size <= most) return "";
    return (
      name + " has " + readable(file.size) + "; the limit is " + readable(most) +
      ". Choose a smaller file."
    );
  }

  function tooMuch(box) {
    var limits = input(box).dataset;
    var number = chosen(box).length;
    var together = chosen(box).reduce(function (sum, file) {
      return sum + file.size;
    }, 0);
    var next = " Remove some, and add them afterwards.";
    if (number > Number(limits.most)) {
      return "You chose " + number + " files; the most is " + limits.most + "." + next;
    }
    if (together <= Number(limits.mostTogether)) return "";
    return (
      "The files have " + readable(together) + " together; one form takes " +
      readable(Number(limits.mostTogether)) + "." + next
    );
  }

  function objections(box) {
    var ofFiles = chosen(box).map(objection.bind(null, box));
    return [tooMuch(box)].concat(ofFiles).filter(Boolean);
  }

  function say(box, words) {
    part(box, "problem").hidden = !words;
    part(box, "problem").querySelector("span").textContent = words;
  }

  function row(box, file) {
    var item = part(box, "row").content.cloneNode(true).firstElementChild;
    var problem = objection(box, file);
    all("[data-name]", item).forEach(function (place) {
      place.textContent = file.name;
    });
    item.querySelector("[data-size]").textContent = readable(file.size);
    item.querySelector("[data-objection]").textContent = problem;
    item.querySelector("[data-objection]").hidden = !problem;
    return item;
  }

  function put(box, files) {
    var transfer = new DataTransfer();
    files.forEach(function (file) {
      transfer.items.add(file);
    });
    box.chosen = files;
    input(box).files = transfer.files;
    part(box, "list").replaceChildren.apply(part(box, "list"), files.map(row.bind(null, box)));
    part(box, "list").hidden = !files.length;
    say(box, tooMuch(box));
    if (objections(box).length) input(box).setAttribute("aria-invalid", "true");
    else input(box).removeAttribute("aria-invalid");
  }

  function count(box) {
    var number = chosen(box).length;
    return number + (number === 1 ? " file is chosen." : " files are chosen.");
  }

  function isBeingSent(box) {
    return input(box).form.busy;
  }

  function add(box, files) {
    if (isBeingSent(box)) return;
    var news = files.filter(function (file) {
      return !chosen(box).some(isSame.bind(null, file));
    });
    put(box, chosen(box).concat(news));
    window.portal.announce([count(box)].concat(objections(box)).join(" "));
  }

  function remove(box, index) {
    if (isBeingSent(box)) return;
    var name = chosen(box)[index].name;
    put(box, chosen(box).filter(function (_, position) {
      return position !== index;
    }));
    var buttons = all("button", part(box, "list"));
    (buttons[index] || buttons[index - 1] || input(box)).focus();
    window.portal.announce("“" + name + "” was removed. " + count(box));
  }

  document.addEventListener("change", function (event) {
    var box = event.target.closest("[data-files]");
    if (box) add(box, Array.from(event.target.files));
  });

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-files-list] button");
    if (!button) return;
    var list = button.closest("[data-files-list]");
    remove(list.closest("[data-files]"), all("button", list).indexOf(button));
  });

  // --- Drop and paste -------------------------------------------------------

  // Files that miss the control are not to take the page's place.
  function boxFor(target) {
    var own = target.closest && target.closest("[data-files]");
    if (own) return own;
    var form = target.closest && target.closest("form");
    return (form && form.querySelector("[data-files]")) || document.querySelector("[data-files]");
  }

  function hasFiles(transfer) {
    return transfer && Array.from(transfer.types).indexOf("Files") >= 0;
  }

  function mark(box, isOver) {
    if (box) box.classList.toggle("is-over", isOver);
  }

  function isFolder(item) {
    var entry = item.webkitGetAsEntry && item.webkitGetAsEntry();
    return entry && entry.isDirectory;
  }

  document.addEventListener("dragover", function (event) {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    mark(boxFor(event.target), true);
  });

  document.addEventListener("dragleave", function (event) {
    if (!event.relatedTarget) mark(boxFor(event.target), false);
  });

  document.addEventListener("drop", function (event) {
    var box = boxFor(event.target);
    if (!box || !hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    mark(box, false);
    var items = Array.from(event.dataTransfer.items);
    if (items.some(isFolder)) say(box, "Folders cannot be sent. Drop the files in it instead.");
    else add(box, Array.from(event.dataTransfer.files));
  });

  document.addEventListener("paste", function (event) {
    var data = event.clipboardData;
    var box = boxFor(event.target);
    // What was copied from a table or a text is a picture, too: the text is meant.
    if (!box || !data.files.length || data.types.indexOf("text/plain") >= 0) return;
    event.preventDefault();
    add(box, Array.from(data.files));
  });

  // --- Sending --------------------------------------------------------------

  function filled(form) {
    return all("[data-files]", form).filter(function (box) {
      return chosen(box).length;
    });
  }

  // What opens in a new tab takes no files along.
  function sent(event) {
    var isElsewhere = event.submitter && event.submitter.formTarget === "_blank";
    return isElsewhere ? [] : filled(event.target);
  }

  // Before the guard of the button, which belongs to the form itself.
  document.addEventListener("submit", function (event) {
    var bad = sent(event).find(function (box) {
      return objections(box).length;
    });
    if (!bad) return;
    event.preventDefault();
    event.stopPropagation();
    var spots = all("[data-objection]:not([hidden])", bad);
    (spots.length ? spots[0].closest("li") : bad).querySelector("button").focus();
    window.portal.announce(objections(bad).join(" "));
  }, true);

  document.addEventListener("submit", function (event) {
    var boxes = sent(event);
    if (event.defaultPrevented || !boxes.length) return;
    event.preventDefault();
    send(event.target, event.submitter, boxes[0]);
  });

  function showProgress(box, share, words) {
    var bar = part(box, "progress");
    bar.hidden = share === null;
    bar.firstElementChild.value = share || 0;
    bar.lastElementChild.textContent = words;
  }

  function send(form, submitter, box, withoutFiles) {
    var request = new XMLHttpRequest();
    var data = new FormData(form);
    var told = 0;
    if (withoutFiles) {
      filled(form).forEach(function (each) {
        data.delete(input(each).name);
      });
    }
    if (submitter && submitter.name) data.append(submitter.name, submitter.value);
    say(box, "");
    showProgress(box, 0, "Sending the files…");
    request.upload.addEventListener("progress", function (event) {
      var percent = Math.floor((100 * event.loaded) / event.total);
      var words = percent + "% of " + readable(event.total) + " sent";
      showProgress(box, percent, words);
      if (percent < told + 25) return;
      told = percent;
      window.portal.announce(words);
    });
    request.addEventListener("load", function () {
      // The portal takes no files of a stranger, but keeps what was typed.
      if (request.getResponseHeader("X-Signed-Out") && !withoutFiles) {
        send(form, submitter, box, true);
      } else answered(form, box, request);
    });
    request.addEventListener("error", function () {
      checkFiles(box).then(function () {
        keep(form, box, "The connection broke before the portal answered.");
      });
    });
    request.open("POST", form.getAttribute("action") || window.location.href);
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.send(data);
  }

  function answered(form, box, request) {
    var next = request.getResponseHeader("X-Go-To");
    if (next) window.location.assign(next);
    else if (request.status === 413) keep(form, box, "The server does not take so much at once. Remove some files, and add them afterwards.");
    else if (request.status >= 500) keep(form, box, "The portal could not answer.");
    else show(form, request);
  }

  // The line seems to break, too, when a file was moved or changed meanwhile.
  function checkFiles(box) {
    return Promise.all(
      chosen(box).map(function (file) {
        return file.slice(0, 1).arrayBuffer().catch(function () {
          file.isGone = true;
        });
      })
    );
  }

  // The form's key stays, so what did arrive is not there twice.
  function keep(form, box, words) {
    put(box, chosen(box));
    showProgress(box, null, "");
    window.portal.restore(form);
    words += " Your form and the files are still here: send it again. Nothing is sent twice.";
    say(box, words);
    window.portal.announce(words);
    part(box, "problem").scrollIntoView({ block: "center" });
  }

  // The answer takes the page's place as it would without this script, but the files
  // are put into its form again.
  function show(form, request) {
    window.carriedFiles = {};
    filled(form).forEach(function (box) {
      window.carriedFiles[input(box).name] = chosen(box);
    });
    window.history.replaceState(null, "", request.responseURL);
    document.open();
    document.write(request.responseText);
    document.close();
  }

  // The Back button may bring the page as it was left.
  window.addEventListener("pageshow", function () {
    all("[data-files]").forEach(function (box) {
      showProgress(box, null, "");
    });
  });

  // What such a control had is kept by the portal, unless something was wrong with it.
  function isKept(box) {
    return box.closest("[data-keeps]") && !box.closest(".field-invalid");
  }

  all("[data-files]").forEach(function (box) {
    var before = isKept(box) ? null : carried[input(box).name];
    var files = before || Array.from(input(box).files);
    if (files.length) put(box, files);
  });
  if (Object.keys(carried).length) {
    all("[data-files-lost]").forEach(function (alert) {
      alert.remove();
    });
  }
})();
