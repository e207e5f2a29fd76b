// The company that is served: who can sign in, and what is published.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

export const address = process.env.ATTAIN_ADDRESS;
export const endpoint = `${address}/graphql`;
export const socketEndpoint = endpoint.replace("http", "ws");
export const isDevelopment = process.env.ATTAIN_ENVIRONMENT === "development";
const signIns = JSON.parse(readFileSync(process.env.ATTAIN_SIGN_INS, "utf8"));

export const sha256 = (text) => createHash("sha256").update(text).digest("hex");
export const documentText = (name) =>
  readFileSync(new URL(`../../documents/${name}.graphql`, import.meta.url), "utf8");
export const bearer = (token) => ({ authorization: `Bearer ${token}` });

// A person's tokens: `access`, and `refresh` with which to sign out.
export async function signIn(role) {
  const { organisation, email, password } = signIns.people.find((person) => person.role === role);
  const reply = await post("/auth/sign-in", "application/json", JSON.stringify({ organisation, email, password }));
  return { access: reply.accessToken, refresh: reply.refreshToken };
}

export async function partnerToken() {
  const { clientId, clientSecret } = signIns.partner;
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  const form = "application/x-www-form-urlencoded";
  const reply = await post("/oauth/token", form, "grant_type=client_credentials", { authorization: `Basic ${basic}` });
  return reply.access_token;
}

async function post(path, type, body, headers = {}) {
  const reply = await fetch(address + path, { method: "POST", headers: { "content-type": type, ...headers }, body });
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
  return reply.json();
}

// `fetch` that remembers what went over the wire: method, whether a text was sent, status, body.
export function watchedFetch(token) {
  const sent = [];
  const watched = async (url, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${token}`);
    const reply = await fetch(url, { ...init, headers });
    const asked = init.body ?? decodeURIComponent(new URL(url).search);
    sent.push({
      method: init.method ?? "GET",
      url: String(url),
      accept: headers.get("accept"),
      named: /sha256/i.test(asked),
      spelled: /"query"|[?&]query=/.test(asked),
      status: reply.status,
      type: reply.headers.get("content-type"),
      etag: reply.headers.get("etag"),
    });
    return reply;
  };
  return { watched, sent };
}

// A check-in of the rep on their first goal; what subscribers are told of.
export async function checkIn(token, note) {
  const home = await ask(token, documentText("RepHome"));
  const goal = home.data.goals.nodes[0].id;
  const input = { clientMutationId: crypto.randomUUID(), id: goal, confidence: "ON_TRACK", note };
  const answer = await ask(token, documentText("CheckIn"), { input });
  if (!answer.data.goalCheckIn.checkIn) throw new Error(JSON.stringify(answer));
  return goal;
}

export async function ask(token, query, variables) {
  const reply = await fetch(endpoint, {
    method: "POST",
    headers: { ...bearer(token), "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  return reply.json();
}
