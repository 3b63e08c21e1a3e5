"use strict";

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body),
  });
  return response.json();
}

async function passkey(action) {
  const begun = await post(`/passkey/${action}/begin`, {});
  if (!begun.options) return begun;
  const credential = action === "enroll"
    ? await navigator.credentials.create({publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(begun.options)})
    : await navigator.credentials.get({publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(begun.options)});
  return post(`/passkey/${action}/finish`, {ticket: begun.ticket, credential: credential.toJSON()});
}

for (const button of document.querySelectorAll(".passkey")) {
  button.addEventListener("click", async () => {
    const message = document.getElementById("message");
    try {
      const told = await passkey(button.dataset.action);
      if (told.next) location.assign(told.next);
      else message.textContent = told.message;
    } catch (error) {
      message.textContent = `The browser could not: ${error.message}`;
    }
  });
}
