// What the pages cannot do without a script: passkeys, and comforts. Everything else is plain forms.
'use strict';

// ---- talking to this site ------------------------------------------------------------------------------------

const csrf = document.querySelector('meta[name=csrf]').content;

// Answers the site's JSON, {ok: true, ...} or {ok: false, title, text, ...}.
async function call(path, options) {
  try {
    return await (await fetch(path, options)).json();
  } catch {
    return {ok: false, kind: 'bad', title: 'The site cannot be reached', text: 'Check your connection, then try again.'};
  }
}

function post(path, body, headers) {
  return call(path, {method: 'POST', body, headers: {'X-CSRF-Token': csrf, ...headers}});
}

function paragraph(text, className) {
  const element = document.createElement('p');
  element.textContent = text;
  if (className) element.className = className;
  return element;
}

function messageBox(message) {
  const box = document.createElement('div');
  box.className = 'message ' + (message.kind || 'bad');
  box.dataset.status = message.status || '';
  box.append(paragraph(message.title, 'message-title'));
  if (message.text) box.append(paragraph(message.text));
  if (message.until_s) box.append(paragraph('Try again after ' + localTime(new Date(message.until_s * 1000)) + '.'));
  return box;
}

function show(message) {
  const box = messageBox(message);
  document.getElementById('messages').replaceChildren(box);
  box.scrollIntoView({block: 'nearest'});
}

function hush() {
  document.getElementById('messages').replaceChildren();
}

// ---- passkeys --------------------------------------------------------------------------------------------------

function bytes(base64url) {
  const text = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

function base64url(buffer) {
  const text = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

function withBytes(list) {
  return (list || []).map((entry) => ({...entry, id: bytes(entry.id)}));
}

// The two directions of JSON, also for browsers that do not have them yet.
function creationOptions(json) {
  if (PublicKeyCredential.parseCreationOptionsFromJSON) return PublicKeyCredential.parseCreationOptionsFromJSON(json);
  return {
    ...json,
    challenge: bytes(json.challenge),
    user: {...json.user, id: bytes(json.user.id)},
    excludeCredentials: withBytes(json.excludeCredentials),
  };
}

function requestOptions(json) {
  if (PublicKeyCredential.parseRequestOptionsFromJSON) return PublicKeyCredential.parseRequestOptionsFromJSON(json);
  return {...json, challenge: bytes(json.challenge), allowCredentials: withBytes(json.allowCredentials)};
}

function credentialJson(credential) {
  if (credential.toJSON) return credential.toJSON();
  const from = credential.response;
  const response = {clientDataJSON: base64url(from.clientDataJSON)};
  if (from.attestationObject) {
    response.attestationObject = base64url(from.attestationObject);
    response.transports = from.getTransports ? from.getTransports() : [];
  } else {
    response.authenticatorData = base64url(from.authenticatorData);
    response.signature = base64url(from.signature);
    if (from.userHandle && from.userHandle.byteLength > 0) response.userHandle = base64url(from.userHandle);
  }
  return {
    id: credential.id,
    rawId: base64url(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment || undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

const refusals = {
  NotAllowedError: ['No passkey was used', 'It was cancelled, or took too long. Try again when you are ready.'],
  InvalidStateError: ['This device has a passkey for your account already', 'You can use it to sign in. To add another, use another device or key.'],
  NotSupportedError: ['This device cannot make such a passkey', 'Try another device or security key.'],
  SecurityError: ['Passkeys do not work at this address', 'Open the site by its proper address, over a secure connection.'],
};

function explainBrowser(error) {
  const [title, text] = refusals[error.name] || ['The passkey did not work', 'Your browser said: ' + error.name];
  return {kind: 'bad', status: error.name, title, text};
}

async function finish(path, begun, credential) {
  const done = await post(path, JSON.stringify(credentialJson(credential)),
                          {'Content-Type': 'application/json', 'X-Ticket': begun.ticket});
  if (done.to) return location.assign(done.to);
  show(done);
}

async function usePasskey(button) {
  const form = button.closest('form');
  const fields = new URLSearchParams(form ? new FormData(form) : undefined);
  const begun = await post(button.dataset.begin, fields);
  if (begun.to) return location.assign(begun.to);
  if (!begun.ok) return show(begun);
  let credential;
  try {
    credential = button.dataset.passkey === 'create'
        ? await navigator.credentials.create({publicKey: creationOptions(begun.options)})
        : await navigator.credentials.get({publicKey: requestOptions(begun.options)});
  } catch (error) {
    return show(explainBrowser(error));
  }
  await finish(button.dataset.finish + (form ? '?' + fields : ''), begun, credential);
}

let autofill = null;  // the offer in the name field, which a modal one has to push aside

function stopAutofill() {
  if (autofill) autofill.abort();
  autofill = null;
}

async function startAutofill(button) {
  const able = PublicKeyCredential.isConditionalMediationAvailable;
  if (!able || !(await able.call(PublicKeyCredential))) return;
  const begun = await post(button.dataset.begin, new URLSearchParams({mediation: 'conditional'}));
  if (!begun.ok || autofill) return;
  const mine = autofill = new AbortController();
  // A page that stays open gets a new ticket before the old one ends.
  const renew = setTimeout(() => mine.abort('renew'), Math.max(30, begun.expires_s - Date.now() / 1000 - 60) * 1000);
  try {
    const options = {publicKey: requestOptions(begun.options), mediation: 'conditional', signal: mine.signal};
    const credential = await navigator.credentials.get(options);
    hush();
    await finish(button.dataset.finish, begun, credential);
  } catch {
    if (mine.signal.reason === 'renew') {
      autofill = null;
      startAutofill(button);
    }
  } finally {
    clearTimeout(renew);
  }
}

function preparePasskeys() {
  for (const button of document.querySelectorAll('[data-passkey]')) {
    button.addEventListener('click', async () => {
      if (button.getAttribute('aria-busy') === 'true') return;
      if (!window.PublicKeyCredential) {
        return show({kind: 'bad', title: 'This browser has no passkeys', text: 'Use a newer one, or another way.'});
      }
      stopAutofill();
      hush();
      button.setAttribute('aria-busy', 'true');
      await usePasskey(button).finally(() => button.removeAttribute('aria-busy'));
    });
  }
  // The return key in a field means the button.
  for (const form of document.querySelectorAll('form[data-fields]')) {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      form.querySelector('[data-passkey]').click();
    });
  }
  const page = document.querySelector('[data-autofill]');
  if (page && window.PublicKeyCredential) startAutofill(document.getElementById('any-passkey'));
}

// ---- checking again ------------------------------------------------------------------------------------------

// For any page: asks for the factor that verified this session, with the page in place. success() when it was right;
// fail(message) when not. An account without a factor succeeds, unless mustBeMfa.
async function recheck_mfa(success, fail, mustBeMfa) {
  const asked = await call('/recheck');
  if (asked.to) return location.assign(asked.to);
  if (!asked.ok) return fail(asked);
  if (asked.method === 'none') {
    const text = 'Your account has no factor that could be checked. Add one first.';
    return mustBeMfa ? fail({kind: 'bad', status: 'no_factor', title: 'There is nothing to check', text}) : success();
  }
  const problem = asked.method === 'webauthn' ? await recheckPasskey() : await recheckCode(asked.method);
  if (problem && problem.to) return location.assign(problem.to);
  return problem ? fail(problem) : success();
}

// Nothing when it was right, else why not; as does the next.
async function recheckPasskey() {
  const begun = await post('/recheck/passkey/begin');
  if (!begun.ok) return begun;
  stopAutofill();
  try {
    const credential = await navigator.credentials.get({publicKey: requestOptions(begun.options)});
    const done = await post('/recheck/passkey/finish', JSON.stringify(credentialJson(credential)),
                            {'Content-Type': 'application/json', 'X-Ticket': begun.ticket});
    return done.ok ? null : done;
  } catch (error) {
    return explainBrowser(error);
  }
}

const recheckHints = {
  totp: () => 'Enter the code that your authenticator app shows.',
  hotp: () => 'Enter the code that your token shows. Not taken? Two in a row, with a space between.',
  email: (sent) => 'Enter the code that was sent to ' + sent.to_address + '.',
};

async function recheckCode(method) {
  const dialog = document.getElementById('recheck');
  if (dialog.open) return {kind: 'bad', status: 'busy', title: 'This is being asked already', text: ''};
  const sent = method === 'email' ? await post('/recheck/email/send') : {ok: true};
  if (!sent.ok) return sent;
  const [form, problems, field] = [dialog.querySelector('form'), dialog.querySelector('[role=alert]'), dialog.querySelector('input')];
  document.getElementById('recheck-hint').textContent = recheckHints[method](sent);
  form.reset();
  problems.replaceChildren();
  field.removeAttribute('aria-invalid');
  const path = method === 'email' ? '/recheck/email/code' : '/recheck/code';
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = 'yes';
    const done = await post(path, new URLSearchParams({method, code: field.value}));
    delete form.dataset.busy;
    if (done.to) return location.assign(done.to);
    if (done.ok) return dialog.close('right');
    problems.replaceChildren(messageBox(done));
    field.setAttribute('aria-invalid', 'true');
    field.select();
  };
  dialog.returnValue = '';
  dialog.showModal();
  await new Promise((closed) => dialog.addEventListener('close', closed, {once: true}));
  if (dialog.returnValue === 'right') return null;
  return {kind: 'warn', status: 'cancelled', title: 'You were not checked', text: 'Nothing was changed.'};
}

// A modal dialog lets Tab out to the browser itself, and some then into the page behind.
function keepInside(event) {
  const stops = event.currentTarget.querySelectorAll('input, button');
  const [first, last] = [stops[0], stops[stops.length - 1]];
  if (event.key !== 'Tab' || document.activeElement !== (event.shiftKey ? first : last)) return;
  event.preventDefault();
  (event.shiftKey ? last : first).focus();
}

function prepareRecheck() {
  const dialog = document.getElementById('recheck');
  if (dialog) {
    dialog.querySelector('[type=button]').addEventListener('click', () => dialog.close());
    dialog.addEventListener('keydown', keepInside);
  }
  for (const button of document.querySelectorAll('[data-recheck]')) {
    button.addEventListener('click', async () => {
      if (button.getAttribute('aria-busy') === 'true') return;
      hush();
      button.setAttribute('aria-busy', 'true');
      const good = {kind: 'good', status: 'rechecked', title: 'It is you', text: 'Your factor was verified just now.'};
      await recheck_mfa(() => show(good), show, true);
      button.removeAttribute('aria-busy');
    });
  }
}

// After a change the device learns which passkeys the account still has.
function tellDevice() {
  const signal = window.PublicKeyCredential && PublicKeyCredential.signalAllAcceptedCredentials;
  const message = document.querySelector('[data-credentials]');
  if (signal && message) signal.call(PublicKeyCredential, JSON.parse(message.dataset.credentials)).catch(() => {});
}

// ---- waiting for the other side ----------------------------------------------------------------------------------

// Asks now and then; the page is loaded again, or left, when the answer is another one.
async function poll(element) {
  const fields = new URLSearchParams();
  if (element.dataset.pairing) fields.set('pairing', element.dataset.pairing);
  const answer = await post(element.dataset.poll, fields);
  if (answer.to) return location.assign(answer.to);
  if (answer.ok && answer.state !== element.dataset.state) return location.reload();
  setTimeout(poll, 2000, element);
}

// A pairing link brings its ticket in the fragment, which no server's log has seen.
function takeLink() {
  const form = document.querySelector('form[data-link]');
  if (!form || location.hash.length < 2) return;
  form.elements[form.dataset.link].value = location.hash.slice(1);
  form.querySelector('[data-typed]').remove();
  form.querySelector('[data-linked]').hidden = false;
  history.replaceState(null, '', location.pathname);
}

// ---- times -----------------------------------------------------------------------------------------------------

function localTime(date) {
  const sameDay = date.toDateString() === new Date().toDateString();
  return sameDay ? date.toLocaleTimeString([], {hour: '2-digit', minute: '2-digit'})
                 : date.toLocaleString([], {dateStyle: 'medium', timeStyle: 'short'});
}

function timeAgo(date) {
  const seconds = Math.round((Date.now() - date) / 1000);
  if (seconds < 60) return 'just now';
  const words = new Intl.RelativeTimeFormat('en', {numeric: 'auto'});
  if (seconds < 3600) return words.format(-Math.floor(seconds / 60), 'minute');
  if (seconds < 86400) return words.format(-Math.floor(seconds / 3600), 'hour');
  return localTime(date);
}

function prepareTimes() {
  for (const element of document.querySelectorAll('time[data-time], time[data-until]')) {
    const date = new Date(element.dateTime);
    element.title = date.toLocaleString();
    element.textContent = 'time' in element.dataset && date <= Date.now() ? timeAgo(date) : localTime(date);
  }
  for (const element of document.querySelectorAll('[data-countdown]')) countDown(element);
}

function countDown(element) {
  const ends = new Date(element.dataset.countdown);
  const tick = () => {
    const left = Math.ceil((ends - Date.now()) / 1000);
    if (left <= 0) return location.reload();
    const minutes = Math.floor(left / 60);
    element.textContent = ', in ' + minutes + ':' + String(left % 60).padStart(2, '0');
    setTimeout(tick, 1000);
  };
  tick();
}

// ---- comforts --------------------------------------------------------------------------------------------------

function linesOf(id) {
  return [...document.getElementById(id).children].map((item) => item.textContent).join('\n') + '\n';
}

function say(button, text) {
  const before = button.textContent;
  button.textContent = text;
  setTimeout(() => { button.textContent = before; }, 2000);
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(linesOf(button.dataset.copy));
    say(button, 'Copied');
  } catch {
    say(button, 'Not allowed');
  }
}

function download(button) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([linesOf(button.dataset.download)], {type: 'text/plain'}));
  link.download = button.dataset.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function reveal(button) {
  const field = document.getElementById(button.dataset.reveal);
  const hidden = field.type === 'password';
  field.type = hidden ? 'text' : 'password';
  button.textContent = hidden ? 'Hide' : 'Show';
  button.setAttribute('aria-pressed', String(hidden));
}

function prepareButtons() {
  const actions = [['[data-copy]', copy], ['[data-print]', () => window.print()], ['[data-download]', download],
                   ['[data-reveal]', reveal]];
  for (const [selector, action] of actions) {
    for (const button of document.querySelectorAll(selector)) button.addEventListener('click', () => action(button));
  }
}

// A form sent twice by a double click would spend a code and then be told that it was used.
function prepareForms() {
  for (const form of document.querySelectorAll('form[method=post]')) {
    form.addEventListener('submit', (event) => {
      if (form.dataset.sent) return event.preventDefault();
      form.dataset.sent = 'yes';
      form.querySelector('button:not([type=button])').setAttribute('aria-busy', 'true');
    });
  }
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) {
      delete form.dataset.sent;
      form.querySelector('[aria-busy]').removeAttribute('aria-busy');
    }
  });
}

for (const element of document.querySelectorAll('[data-poll]')) setTimeout(poll, 2000, element);
takeLink();
prepareTimes();
prepareButtons();
prepareForms();
preparePasskeys();
prepareRecheck();
tellDevice();
