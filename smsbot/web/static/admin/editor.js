// The comfort of the editor: checks while somebody types, saves in the pauses, and tells who else
// is writing. Everything it does the buttons of the page do as well.
"use strict";

(() => {
  const form = document.getElementById("editor");
  if (!form) return;

  const CHECK_AFTER = 400, SAVE_AFTER = 3000, HERE_EVERY = 30000;
  const saved = document.getElementById("saved");
  const people = document.getElementById("people");
  const version = form.elements.namedItem("version");
  let checking = null, checkSoon = 0, saveSoon = 0, saving = false, dirty = false, halted = false;
  let typed = 0;

  const say = (words) => { if (saved.textContent !== words) saved.textContent = words; };

  const post = (address, options = {}) => fetch(address, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { Accept: "application/json" },
    redirect: "error",
    ...options,
  });

  // A part is put in only if it has changed, so that nothing moves under the reader without cause.
  const put = (id, html) => {
    const place = document.getElementById(id);
    if (!place || place.dataset.html === html) return;
    const held = place.contains(document.activeElement);
    place.innerHTML = html;
    place.dataset.html = html;
    const field = document.getElementById(id.replace(/^(remarks|meter)-/, ""));
    if (held && field && field.matches("textarea, input")) field.focus();
    if (field && id.startsWith("remarks-") && field.matches("textarea, input")) {
      const wrong = Boolean(place.querySelector(".error"));
      field.toggleAttribute("aria-invalid", wrong);
      if (wrong) field.setAttribute("aria-invalid", "true");
      field.closest(".field").classList.toggle("wrong", wrong);
    }
  };

  const check = async () => {
    if (checking) checking.abort();
    checking = new AbortController();
    try {
      const answer = await post(form.dataset.check, { signal: checking.signal });
      if (!answer.ok) return;
      const { parts } = await answer.json();
      for (const [id, html] of Object.entries(parts)) put(id, html);
    } catch (fault) {
      if (fault.name !== "AbortError") console.debug("not checked");
    }
  };

  const save = async (options) => {
    if (!dirty || saving || halted) return;
    saving = true;
    const at = typed;
    try {
      const answer = await post(form.dataset.save, options);
      const said = await answer.json();
      if (answer.status === 409) {
        halted = true;
        say(`${said.conflict} Your words are still here and are not saved by themselves any more. Press Save to see both versions.`);
      } else if (answer.ok) {
        version.value = said.version;
        dirty = typed !== at;
        const words = document.createElement("p");
        words.innerHTML = said.saved;
        say([words.textContent, ...said.faults].join(" "));
      } else {
        say("Not saved: the page was not understood. Your words are still here.");
      }
    } catch {
      // A redirect leads to the sign-in page; anything else is the network.
      say("Not saved: there is no connection, or you are signed out. Your words are still here; sign in in another tab, then go on.");
    } finally {
      saving = false;
      if (dirty && !halted) plan();
    }
  };

  const plan = () => {
    clearTimeout(saveSoon);
    saveSoon = setTimeout(save, SAVE_AFTER);
  };

  const changed = () => {
    typed += 1;
    dirty = true;
    if (!halted) say("Not saved yet.");
    clearTimeout(checkSoon);
    checkSoon = setTimeout(check, CHECK_AFTER);
    plan();
  };

  const here = async () => {
    if (document.hidden) return;
    try {
      const answer = await post(form.dataset.here);
      if (!answer.ok) return;
      const said = await answer.json();
      put("people", said.people);
      if (!said.is_draft) {
        halted = true;
        say("This is no draft any more: somebody has sent it on or given it up. Your words are still here; copy what you need.");
      }
    } catch { /* told when something is to be saved */ }
  };

  form.addEventListener("input", changed);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=replace]");
    if (!button) return;
    const [field, ...rest] = button.value.split(":");
    const plain = button.dataset.plain, odd = rest.join(":");
    const box = form.elements.namedItem(field);
    if (odd === "all" || plain === undefined || !box) return;  // the server does it
    event.preventDefault();
    box.value = box.value.replaceAll(odd, plain);
    box.focus();
    changed();
  });
  form.addEventListener("submit", () => { dirty = false; clearTimeout(saveSoon); });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) save({ keepalive: true }); else here();
  });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  setInterval(here, HERE_EVERY);
})();
