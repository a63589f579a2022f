// Passkeys and QR codes on the sign-in and account pages. Without this script the pages work by plain forms.

const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (each) => each.charCodeAt(0));
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');

async function post(path, body) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify(body),
  });
  const result = await answer.json();
  if (!answer.ok) throw new Error(result.message ?? 'The server refused it.');
  return result;
}

function tell(text) {
  let place = document.querySelector('.message');
  if (!place) {
    place = document.createElement('p');
    place.setAttribute('role', 'alert');
    document.querySelector('header').after(place);
  }
  place.className = 'message bad';
  place.textContent = text;
}

async function signIn(button) {
  const options = await post('/auth/passkey/request', { ticket: button.dataset.ticket ?? '' });
  options.challenge = decode(options.challenge);
  for (const each of options.allowCredentials) each.id = decode(each.id);
  const credential = await navigator.credentials.get({ publicKey: options });
  const { response } = credential;
  const result = await post('/auth/passkey/login', {
    next: button.dataset.next,
    credential: {
      id: credential.id,
      response: {
        clientDataJSON: encode(response.clientDataJSON),
        authenticatorData: encode(response.authenticatorData),
        signature: encode(response.signature),
      },
    },
  });
  location.assign(result.next);
}

async function register(button) {
  const options = await post('/auth/passkey/options', {});
  options.challenge = decode(options.challenge);
  options.user.id = decode(options.user.id);
  for (const each of options.excludeCredentials) each.id = decode(each.id);
  const credential = await navigator.credentials.create({ publicKey: options });
  await post('/auth/passkey/register', {
    name: document.querySelector('#passkey-name')?.value ?? '',
    credential: {
      id: credential.id,
      response: {
        clientDataJSON: encode(credential.response.clientDataJSON),
        attestationObject: encode(credential.response.attestationObject),
      },
    },
  });
  location.assign(button.dataset.next);
}

for (const [selector, action] of [
  ['[data-passkey="use"]', signIn],
  ['[data-passkey="make"]', register],
]) {
  for (const button of document.querySelectorAll(selector)) {
    if (!window.PublicKeyCredential) continue;
    button.hidden = false;
    button.addEventListener('click', () => {
      action(button).catch((error) => {
        tell(error.name === 'NotAllowedError' ? 'The passkey was not used.' : error.message);
      });
    });
  }
}

// Where the code cannot be drawn, the link and the key beside it do.
for (const place of document.querySelectorAll('[data-qr]')) {
  import('/$lib/auth/qr.js').then(
    ({ qrPicture }) => place.replaceChildren(qrPicture(place.dataset.qr, place.dataset.label)),
    () => {},
  );
}
