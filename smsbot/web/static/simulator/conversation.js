// The screen: bubbles kept in the order they reached the phone, grouped by side.

const byId = (id) => document.getElementById(id);
const screen = byId("screen");
const list = byId("bubbles");

const PAUSE = 5 * 60 * 1000; // a gap after which the time is shown
const GROUP = 2 * 60 * 1000; // a gap after which a new group begins

export function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

export function cost(measured) {
  const parts = measured.segments === 1 ? "1 segment" : `${measured.segments} segments`;
  return `${measured.encoding} · ${parts}`;
}

function state(bubble) {
  if (bubble.mine) return stateOfMine(bubble);
  if (bubble.error_code === 21610) return { text: "Blocked by Twilio, 21610", bad: true };
  if (bubble.error_code) return { text: `Not delivered, ${bubble.error_code}`, bad: true };
  return { text: bubble.channel === "outbound-api" ? "Delivered, via queue" : "Delivered" };
}

function stateOfMine(bubble) {
  if (!bubble.is_final) return { text: "Sending…" };
  const last = bubble.exchanges.findLast((exchange) => exchange.leg !== "repeat");
  if (!last || last.error_code) return { text: `No answer, ${last ? last.error_code : "?"}`, bad: true };
  return { text: `Answered in ${Math.max(1, Math.round(last.milliseconds))} ms` };
}

export class Conversation {
  constructor(onAsk) {
    this.onAsk = onAsk;
    this.reset();
  }

  reset() {
    this.bubbles = new Map();
    this.items = new Map();
    this.chosen = null;
    list.replaceChildren();
    this.showEmpty();
  }

  showEmpty() {
    byId("empty").hidden = this.items.size > 0;
  }

  // Take in what changed; gives back the bubbles that have just become visible.
  merge(changed) {
    const stuck = screen.scrollHeight - screen.scrollTop - screen.clientHeight < 80;
    for (const bubble of changed) this.bubbles.set(bubble.sid, bubble);
    const shown = [...this.bubbles.values()]
      .filter((bubble) => bubble.mine || bubble.is_final)
      .sort((a, b) => a.place - b.place);
    const fresh = shown.filter((bubble) => !this.items.has(bubble.sid));
    this.draw(shown);
    this.showEmpty();
    if (fresh.length && (stuck || fresh.some((bubble) => bubble.mine))) this.toEnd();
    return fresh;
  }

  toEnd() {
    screen.scrollTop = screen.scrollHeight;
  }

  draw(shown) {
    shown.forEach((bubble, n) => {
      const item = this.items.get(bubble.sid) ?? this.make(bubble);
      const before = shown[n - 1];
      const after = shown[n + 1];
      item.classList.toggle("first", !before || !together(before, bubble));
      item.classList.toggle("last", !after || !together(bubble, after));
      this.date(item, bubble, before);
      this.refresh(item, bubble);
      if (list.children[n] !== item) list.insertBefore(item, list.children[n] ?? null);
    });
  }

  make(bubble) {
    const item = element("li", `item new ${bubble.mine ? "mine" : ""}`);
    const who = bubble.mine ? "You: " : bubble.by_carrier ? "Twilio: " : "Info line: ";
    const text = element("div", "bubble");
    const words = element("span", "", bubble.body);
    text.dir = words.dir = "auto";
    text.append(element("span", "unseen", who), words);
    const meta = element("div", "meta");
    const ask = element("button", "ask", "Why?");
    ask.type = "button";
    ask.addEventListener("click", () => this.onAsk(bubble.sid));
    meta.append(element("span", "price"), element("span", "state"), ask);
    item.append(text, meta);
    this.items.set(bubble.sid, item);
    return item;
  }

  refresh(item, bubble) {
    const now = state(bubble);
    const price = bubble.by_carrier ? `Twilio's own text · ${cost(bubble)}` : cost(bubble);
    item.classList.toggle("by-carrier", bubble.by_carrier);
    item.classList.toggle("lost", !bubble.mine && Boolean(bubble.error_code));
    item.querySelector(".price").textContent = price;
    const shown = item.querySelector(".state");
    shown.textContent = now.text;
    shown.classList.toggle("bad", Boolean(now.bad));
    item.querySelector(".ask").hidden = !(bubble.mine || bubble.reply_to);
  }

  date(item, bubble, before) {
    const at = new Date(bubble.at);
    const due = !before || at - new Date(before.at) > PAUSE;
    const shown = item.querySelector(".when");
    if (!due) shown?.remove();
    else if (!shown) {
      const time = at.toLocaleString([], { weekday: "short", hour: "numeric", minute: "2-digit" });
      item.prepend(element("time", "when", time));
    }
  }

  choose(sid) {
    this.items.get(this.chosen)?.classList.remove("chosen");
    this.chosen = sid;
    this.items.get(sid)?.classList.add("chosen");
  }
}

function together(a, b) {
  const near = Math.abs(new Date(b.changed_at) - new Date(a.changed_at)) < GROUP;
  return a.mine === b.mine && a.by_carrier === b.by_carrier && near;
}
