// The phone: which number is in hand, writing and sending, and looking for what has arrived.

import * as carrier from "./carrier.js";
import { Conversation, cost, element } from "./conversation.js";
import * as panel from "./panel.js";

const byId = (id) => document.getElementById(id);
const words = byId("words");
const from = byId("from");
const banner = byId("banner");

const BUSY = 300; // ms between looks while a text is on its way
const IDLE = 1500;
const HIDDEN = 6000;
const PATIENCE = 4000; // ms after sending during which the page looks often

let phone = null;
let cursor = 0;
let run = null;
let clearedAt = 0;
let busyUntil = 0;
let timer = null;
let seen = false; // the first look fills the screen silently

const conversation = new Conversation((sid) => {
  ask(sid);
  panel.openSheet();
});

function report(error) {
  banner.textContent = error.message;
  banner.hidden = false;
}

const quiet = () => { banner.hidden = true; };

function readable(number) {
  const match = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return match ? `(${match[1]}) ${match[2]}-${match[3]}` : number;
}

// ---- which phone

function option(made) {
  const choice = element("option", "", `${readable(made.number)} ${made.city}`);
  choice.value = made.id;
  return choice;
}

function remember(id) {
  try { localStorage.setItem("smsbot.phone", id); } catch { /* private window */ }
}

function remembered() {
  try { return localStorage.getItem("smsbot.phone"); } catch { return null; }
}

function take(id) {
  phone = id;
  from.value = id;
  cursor = 0;
  seen = false;
  remember(id);
  conversation.reset();
  panel.showNothing();
  look();
}

async function begin() {
  const now = await carrier.state();
  run = now.run;
  byId("bot-number").textContent = readable(now.number);
  from.replaceChildren(...now.phones.map(option));
  panel.showFaults(now.faults);
  quiet();
  const known = now.phones.some((p) => p.id === remembered());
  take(known ? remembered() : now.phones[0].id);
}

// ---- what has arrived

async function look() {
  clearTimeout(timer);
  let pause = IDLE;
  try {
    if (phone === null) await begin();
    else pause = await lookOnce();
    quiet();
  } catch (error) {
    report(error);
    pause = 2 * IDLE;
  }
  clearTimeout(timer);
  timer = setTimeout(look, document.hidden ? HIDDEN : pause);
}

async function lookOnce() {
  const mine = phone;
  const view = await carrier.bubbles(mine, cursor);
  if (mine !== phone) return BUSY;
  if (view.run !== run) { // the carrier was started anew: nothing shown is true any more
    phone = null;
    return 0;
  }
  if (view.cleared_at !== clearedAt) {
    clearedAt = view.cleared_at;
    if (cursor > 0) conversation.reset();
  }
  cursor = view.cursor;
  if (view.bubbles.length) arrived(conversation.merge(view.bubbles), view.bubbles);
  const waiting = view.waiting && conversation.items.size > 0;
  const typing = byId("typing");
  if (typing.hidden === waiting) {
    typing.hidden = !waiting;
    if (waiting) conversation.toEnd();
  }
  seen = true;
  return view.waiting || Date.now() < busyUntil ? BUSY : IDLE;
}

function arrived(fresh, changed) {
  if (seen) {
    const spoken = fresh.filter((bubble) => !bubble.mine && !bubble.error_code);
    byId("spoken").append(...spoken.map((bubble) => element("p", "", bubble.body)));
  }
  const latest = changed.findLast((bubble) => bubble.mine && bubble.is_final);
  const current = conversation.bubbles.get(conversation.chosen);
  if (latest && (!current || latest.place >= current.place)) ask(latest.sid);
}

function ask(sid) {
  const bubble = conversation.bubbles.get(sid);
  const question = bubble?.mine ? bubble : conversation.bubbles.get(bubble?.reply_to);
  if (!question) return;
  conversation.choose(question.sid);
  panel.showWhy(question);
}

// ---- writing

async function send(text) {
  if (!text.trim() || phone === null) return false;
  try {
    await carrier.send(phone, text);
  } catch (error) {
    report(error);
    return false;
  }
  conversation.choose(null); // the panel follows the newest text again
  busyUntil = Date.now() + PATIENCE;
  look();
  return true;
}

function grow() {
  words.rows = 1;
  while (words.scrollHeight > words.clientHeight + 1 && words.rows < 5) words.rows += 1;
}

let measuring = null;

function showCost() {
  clearTimeout(measuring);
  const text = words.value;
  const shown = byId("cost");
  if (!text) {
    shown.replaceChildren();
    return;
  }
  measuring = setTimeout(async () => {
    const measured = await carrier.measure(text).catch(() => null);
    if (!measured || text !== words.value) return;
    const room = measured.encoding === "GSM-7" ? [160, 153] : [70, 67];
    const limit = measured.segments > 1 ? room[1] * measured.segments : room[0];
    const price = element("span", measured.segments > 3 ? "many" : "", cost(measured));
    shown.replaceChildren(price, ` · ${measured.units} of ${limit}`);
    if (measured.offenders.length) shown.append(` · because of ${measured.offenders.slice(0, 4).join(" ")}`);
  }, 120);
}

async function submit() {
  const text = words.value;
  if (await send(text) && words.value === text) {
    words.value = "";
    grow();
    showCost();
  }
}

words.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    submit();
  }
});
words.addEventListener("input", () => { grow(); showCost(); });
byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
  words.focus();
});
for (const chip of document.querySelectorAll(".chip")) {
  chip.addEventListener("click", () => send(chip.dataset.text));
}
from.addEventListener("change", () => { take(from.value); words.focus(); });
byId("new-number").addEventListener("click", async () => {
  try {
    const made = await carrier.newPhone();
    from.append(option(made));
    take(made.id);
    words.focus();
  } catch (error) { report(error); }
});
byId("clear").addEventListener("click", async () => {
  try {
    await carrier.clear(phone);
    conversation.reset();
    panel.showNothing();
    words.focus();
  } catch (error) { report(error); }
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });

panel.start(report);
look();
if (window.matchMedia("(min-width: 900px)").matches) words.focus();
