/* Passkeys: asks the browser for one and puts its answer into the form. Without script the forms stay hidden. */
(function () {
  "use strict";
  if (!window.PublicKeyCredential || !PublicKeyCredential.parseRequestOptionsFromJSON) { return; }
  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    form.hidden = false;
    var note = form.querySelector("[data-passkey-note]");
    form.addEventListener("submit", function (event) {
      if (form.elements.answer.value) { return; }
      event.preventDefault();
      note.textContent = "";
      ask(form).then(function (answer) {
        form.elements.answer.value = JSON.stringify(answer);
        form.submit();
      }).catch(function (failed) {
        note.textContent = failed && failed.name === "NotAllowedError" ? document.documentElement.lang === "en"
          ? "Cancelled. You can try again." : "Abgebrochen. Sie können es noch einmal versuchen."
          : document.documentElement.lang === "en"
            ? "That did not work. Use your password instead." : "Das hat nicht geklappt. Nehmen Sie Ihr Passwort.";
      });
    });
  });

  function ask(form) {
    var body = new URLSearchParams();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    return fetch(form.dataset.challenge, { method: "POST", body: body, credentials: "same-origin" })
      .then(function (response) { if (!response.ok) { throw new Error("refused"); } return response.json(); })
      .then(function (options) {
        if (form.dataset.passkey === "create") {
          return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
        }
        return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      })
      .then(function (credential) { return credential.toJSON(); });
  }
}());
