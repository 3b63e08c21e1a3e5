"use strict";

// Passkeys: forms of the class mfa-passkey say which ceremony, and where it begins and ends.
(() => {
  async function post(form, path, body) {
    const response = await fetch(path + location.search, {
      method: "POST",
      credentials: "same-origin",
      headers: {"Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value},
      body: JSON.stringify(body),
    });
    return response.json();
  }

  async function ceremony(form) {
    const begun = await post(form, form.dataset.begin, {});
    if (!begun.publicKey) return begun;
    const credential = form.dataset.does === "create"
      ? await navigator.credentials.create({publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(begun.publicKey)})
      : await navigator.credentials.get({publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(begun.publicKey)});
    return post(form, form.dataset.complete, credential.toJSON());
  }

  for (const form of document.querySelectorAll("form.mfa-passkey")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const message = document.getElementById("mfa-message");
      const button = form.querySelector("button");
      button.disabled = true;
      message.textContent = "";
      try {
        const told = await ceremony(form);
        if (told.redirect) {
          location.assign(told.redirect);
          return;
        }
        message.textContent = told.message;
      } catch (error) {
        message.textContent = `${form.dataset.failed} (${error.name})`;
      }
      button.disabled = false;
    });
  }
})();
