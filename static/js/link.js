// A link that works once: its token stands behind the #, which browsers send to nobody.
// Without this file the whole link is pasted.
(function () {
  "use strict";

  var token = window.location.hash.slice(1);
  var field = document.getElementById("id_link");
  var zone = document.getElementById("id_time_zone");

  if (zone) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  if (!token || !field) return;
  field.value = token;
  // It stays neither in the address bar nor with the Back button.
  window.history.replaceState(null, "", window.location.pathname);
  if (field.form.hasAttribute("data-opens-link")) field.form.requestSubmit();
})();
