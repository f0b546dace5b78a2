// Passkeys: asks the device for one and sends what it answers. Without this file, or
// without JavaScript, passkeys are not offered.
(function () {
  "use strict";

  function begin(form) {
    return fetch(form.getAttribute("data-passkey-begin"), {
      method: "POST",
      headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
    }).then(function (answer) {
      // The page itself asks who it is, when that was too long ago.
      if (answer.status === 403) window.location.reload();
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    });
  }

  function askDevice(form, options) {
    var json = window.webauthnJSON;
    var isNew = form.getAttribute("data-passkey") === "create";
    return isNew ? json.create(options) : json.get(options);
  }

  function offer(form) {
    var problem = form.querySelector("[data-passkey-problem]");
    if (!window.PublicKeyCredential) {
      form.remove();
      return;
    }
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      problem.hidden = true;
      begin(form)
        .then(function (options) {
          return askDevice(form, options);
        })
        .then(function (credential) {
          form.elements.credential.value = JSON.stringify(credential);
          form.submit();
        })
        .catch(function () {
          problem.hidden = false;
        });
    });
  }

  document.querySelectorAll("[data-passkey]").forEach(offer);
})();
