// Behind the text: why it was answered so, what went over the wire, and the network's switches.

import * as carrier from "./carrier.js";
import { element } from "./conversation.js";

const byId = (id) => document.getElementById(id);
const panel = byId("panel");
const opener = byId("open-panel");
const sheet = window.matchMedia("(max-width: 899px)");

const LEGS = { primary: "First request", repeat: "Repeat", fallback: "Fallback request" };
const LANGUAGES = { en: "English", es: "Spanish" };
const STEPS = {
  crisis: "Crisis screen",
  compliance: "Opt-out and help words",
  keyword: "Keyword",
  question: "Question understood",
  menu: "Menu or small talk",
};
// The first word of a rule, where it says more than the step does.
const READINGS = {
  ambiguous: "Asked back: no topic was sure",
  choice: "A choice from what was offered",
  follow_up: "A follow-up to the last answer",
  paging: "A step in the last answer",
  unknown: "Not understood",
};
const ERRORS = {
  11200: "the answer came too late or with an error status",
  11205: "no connection",
  11750: "the answer is too large",
  12100: "the XML is broken",
  12200: "this TwiML is not for texts",
  12300: "the answer is not XML",
  14109: "more than ten messages",
  21617: "a message is longer than 1600 characters",
};

// ---- why

function fact(facts, name, ...values) {
  const held = element("dd");
  held.append(...values);
  facts.append(element("dt", "", name), held);
}

const tags = (names, kind = "") => names.map((name) => element("span", `tag ${kind}`, String(name)));

const numbered = (names) => tags(names.map((name, place) => `${place + 1} ${name}`));

function sureness(value) {
  const gauge = element("span", "gauge");
  const filled = element("span");
  filled.style.width = `${value * 100}%`;
  gauge.append(filled);
  gauge.setAttribute("aria-hidden", "true");
  return [gauge, `${Math.round(value * 100)} %`];
}

function runnersUp(pairs) {
  return pairs.map((pair) => {
    const [topic, score] = Array.isArray(pair) ? pair : [pair.topic, pair.confidence];
    const name = topic === "NONE" ? "Small talk" : topic;
    return element("span", "tag", `${name} ${score.toFixed(2)}`);
  });
}

function showFacts(explained) {
  const facts = byId("why-facts");
  facts.replaceChildren();
  if (!explained) {
    fact(facts, "Explanation", "Not available");
    return;
  }
  const others = (explained.topics ?? []).filter((topic) => topic !== explained.topic);
  fact(facts, "Step", STEPS[explained.step] ?? explained.step ?? "–");
  const reading = READINGS[(explained.rule ?? "").split(".")[0]];
  if (reading) fact(facts, "Read as", reading);
  fact(facts, "Rule", element("code", "", explained.rule ?? "–"));
  if (explained.tier) fact(facts, "Crisis tier", ...tags([explained.tier], "alarm"));
  if (explained.topic) fact(facts, "Topic", ...tags([explained.topic], "lead"));
  if (others.length) fact(facts, "Also offered", ...tags(others));
  if (typeof explained.confidence === "number") {
    fact(facts, "Confidence", ...sureness(explained.confidence));
  }
  const near = explained.runners_up ?? [];
  fact(facts, "Runners-up", ...(near.length ? runnersUp(near) : ["None"]));
  const context = explained.context ?? {};
  if (context.topic) fact(facts, "Read after", ...tags([context.topic]));
  if (context.offered?.length) fact(facts, "Chosen from", ...numbered(context.offered));
  if (explained.offers?.length) fact(facts, "Numbers now pick", ...numbered(explained.offers));
  fact(facts, "Language", LANGUAGES[explained.lang] ?? explained.lang ?? "–");
}

// ---- the wire

// TwiML indented for reading; what can't be parsed is shown as it came.
export function pretty(xml) {
  const parsed = new DOMParser().parseFromString(xml, "application/xml");
  if (parsed.querySelector("parsererror")) return xml;
  const lines = [];
  const walk = (node, indent) => {
    const names = [...node.attributes].map((a) => ` ${a.name}="${escaped(a.value)}"`).join("");
    const text = escaped(node.textContent);
    if (node.children.length) {
      lines.push(`${indent}<${node.tagName}${names}>`);
      for (const child of node.children) walk(child, `${indent}  `);
      lines.push(`${indent}</${node.tagName}>`);
    } else if (text) {
      lines.push(`${indent}<${node.tagName}${names}>${text}</${node.tagName}>`);
    } else lines.push(`${indent}<${node.tagName}${names}/>`);
  };
  walk(parsed.documentElement, "");
  return lines.join("\n");
}

const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

function showExchanges(exchanges) {
  byId("twiml-card").hidden = exchanges.length === 0;
  byId("exchanges").replaceChildren(...exchanges.map(exchangeView));
}

function exchangeView(exchange) {
  const view = element("div", "exchange");
  const line = element("p");
  const status = exchange.http_status ? `HTTP ${exchange.http_status}` : "no answer";
  line.append(element("b", "", LEGS[exchange.leg]), ` · ${status} · ${exchange.milliseconds} ms`);
  if (exchange.error_code) {
    const reason = ERRORS[exchange.error_code] ?? "refused";
    line.append(" · ", element("span", "bad", `${exchange.error_code}: ${reason}`));
  }
  if (exchange.same_as_others !== null) {
    const same = exchange.same_as_others;
    line.append(" · ", element("span", same ? "" : "bad", same ? "same bytes" : "different bytes!"));
  }
  view.append(line);
  if (exchange.content) {
    const code = element("pre", "", pretty(exchange.content));
    code.tabIndex = 0;
    code.setAttribute("role", "region");
    code.setAttribute("aria-label", `TwiML of the ${LEGS[exchange.leg].toLowerCase()}`);
    view.append(code);
  }
  return view;
}

let asked = null;

export async function showWhy(bubble) {
  asked = bubble.sid;
  byId("why-none").hidden = true;
  byId("why").hidden = false;
  byId("why-text").textContent = bubble.body;
  showExchanges(bubble.exchanges);
  const answer = await carrier.explain(bubble.sid).catch(() => ({ explained: null }));
  if (asked === bubble.sid) showFacts(answer.explained);
}

export function showNothing() {
  asked = null;
  byId("why-none").hidden = false;
  byId("why").hidden = true;
  byId("twiml-card").hidden = true;
}

// ---- the sheet on a narrow screen

export function openSheet() {
  if (!sheet.matches) return;
  panel.classList.add("open");
  byId("veil").hidden = false;
  document.querySelector(".phone").inert = true;
  opener.setAttribute("aria-expanded", "true");
  panel.scrollTop = 0;
  panel.focus();
}

function closeSheet() {
  panel.classList.remove("open");
  byId("veil").hidden = true;
  document.querySelector(".phone").inert = false;
  if (opener.getAttribute("aria-expanded") === "true") opener.focus();
  opener.setAttribute("aria-expanded", "false");
}

// ---- the switches

const form = byId("faults");

export function showFaults(faults) {
  let on = 0;
  for (const control of form.elements) {
    const value = faults[control.name];
    if (control.type === "checkbox") control.checked = value;
    else select(control, String(value));
    if (value && value !== "off" && value !== "none") on += 1;
  }
  const count = byId("fault-count");
  count.hidden = on === 0;
  count.textContent = on;
  byId("all-off").hidden = on === 0;
}

// A value set elsewhere (a test, another page) that the list does not offer is added to it.
function select(control, value) {
  if (![...control.options].some((option) => option.value === value)) {
    const option = element("option", "", value);
    option.value = value;
    control.append(option);
  }
  control.value = value;
}

function read(control) {
  if (control.type === "checkbox") return control.checked;
  return control.dataset.type === "number" ? Number(control.value) : control.value;
}

export function start(report) {
  const change = (changes) => carrier.setFaults(changes).then(showFaults).catch(report);
  form.addEventListener("change", (event) => {
    change({ [event.target.name]: read(event.target) });
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("all-off").addEventListener("click", () => {
    const off = {};
    for (const control of form.elements) {
      off[control.name] =
        control.type === "checkbox" ? false : control.dataset.type ? 0 : control.options[0].value;
    }
    change(off);
    byId("faults-title").scrollIntoView({ block: "nearest" });
  });
  opener.addEventListener("click", openSheet);
  byId("close-panel").addEventListener("click", closeSheet);
  byId("veil").addEventListener("click", closeSheet);
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeSheet();
  });
  sheet.addEventListener("change", closeSheet);
}
