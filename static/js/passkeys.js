// Forms marked data-passkey are filled in by a passkey: the desk is asked what to sign (data-asks), the browser asks
// its owner, and the answer goes the way every form goes. They stay hidden where the browser has no passkeys.
const octets = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function asked(options) {
  const read = (each) => ({ ...each, id: octets(each.id) });
  const wanted = { ...options, challenge: octets(options.challenge) };
  if (options.user) wanted.user = read(options.user);
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (options[list]) wanted[list] = options[list].map(read);
  }
  return { publicKey: wanted };
}

function told(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const told = Object.fromEntries(parts.filter((part) => response[part]).map((part) => [part, text(response[part])]));
  if (response.getTransports) told.transports = response.getTransports();
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response: told });
}

async function answer(form) {
  const reply = await fetch(form.dataset.asks, { method: "POST", body: new FormData(form) });
  if (!reply.ok || !reply.headers.get("Content-Type")?.includes("json")) throw new Error("not asked");
  form.elements.answer.value = told(await navigator.credentials[form.dataset.passkey](asked(await reply.json())));
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-passkey]")) return;
  event.preventDefault();
  const button = form.querySelector('[type="submit"]');
  const failed = form.querySelector("[data-passkey-failed]");
  if (button.hasAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  failed.hidden = true;
  try {
    await answer(form);
    form.submit();
  } catch {
    failed.hidden = false;
    button.removeAttribute("aria-busy");
  }
});

const offered = Boolean(window.PublicKeyCredential);
for (const form of document.querySelectorAll("form[data-passkey]")) form.hidden = !offered;
for (const words of document.querySelectorAll("[data-passkey-missing]")) words.hidden = offered;
