// What the page asks of the server. Every answer is JSON; an error carries one sentence.

async function call(method, path, body) {
  const request = { method, headers: {}, cache: "no-store" };
  if (method !== "GET") {
    request.headers["Content-Type"] = "application/json";
    request.body = JSON.stringify(body ?? {});
  }
  let response;
  try {
    response = await fetch(`api/${path}`, request);
  } catch {
    throw new Error("The bot's web process does not answer. Is it still running?");
  }
  const data = response.status === 204 ? {} : await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(data.error || `The server answered ${response.status}.`);
  return data;
}

export const state = () => call("GET", "state");
export const newPhone = () => call("POST", "phones");
export const bubbles = (phone, since) => call("GET", `phones/${phone}/bubbles?since=${since}`);
export const send = (phone, body) => call("POST", `phones/${phone}/texts`, { body });
export const clear = (phone) => call("DELETE", `phones/${phone}/bubbles`);
export const setFaults = (changes) => call("POST", "faults", changes);
export const measure = (text) => call("POST", "measure", { text });
export const explain = (sid) => call("GET", `explain/${sid}`);
