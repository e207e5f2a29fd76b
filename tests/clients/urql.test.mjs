// urql: its Accept header, persisted documents, subscriptions over WebSocket and over fetch.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, cacheExchange, fetchExchange, subscriptionExchange } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { checkIn, documentText, endpoint, partnerToken, signIn, socketEndpoint, watchedFetch } from "./company.mjs";

const rep = await signIn("rep");
const partner = await partnerToken();
const persisted = persistedExchange({ preferGetForPersistedQueries: true, enableForMutation: true });
const changes = documentText("Changes");

function client(token, exchanges = [cacheExchange, persisted, fetchExchange], options = {}) {
  const { watched, sent } = watchedFetch(token);
  return { sent, urql: new Client({ url: endpoint, fetch: watched, exchanges, ...options }) };
}

test("a published document is named in a GET, without its text", async () => {
  const { urql, sent } = client(rep.access);

  const { data, error } = await urql.query(documentText("RepHome"), {}).toPromise();

  assert.equal(error, undefined);
  assert.equal(data.me.roles[0], "REP");
  assert.deepEqual(sent.map((one) => [one.method, one.named, one.spelled, one.status]), [["GET", true, false, 200]]);
});

test("its Accept header, which also names streams, gets a query one JSON answer", async () => {
  const { urql, sent } = client(rep.access, [fetchExchange], { preferGetMethod: false });

  const { data } = await urql.query(documentText("RepHome"), {}).toPromise();

  assert.match(sent[0].accept, /text\/event-stream/);
  assert.equal(sent[0].type, "application/graphql-response+json; charset=utf-8");
  assert.ok(data.goals.nodes.length > 0);
});

test("a mutation is named in a POST, and its refusal is data", async () => {
  const { urql, sent } = client(rep.access);
  const absent = "goal_01890000-0000-7000-8000-000000000000";
  const input = { clientMutationId: crypto.randomUUID(), id: absent, confidence: "ON_TRACK" };

  const { data, error } = await urql.mutation(documentText("CheckIn"), { input }).toPromise();

  assert.equal(error, undefined);
  assert.equal(data.goalCheckIn.errors[0].__typename, "NotFoundError");
  assert.deepEqual(sent.map((one) => [one.method, one.named, one.spelled]), [["POST", true, false]]);
});

test("a partner app's own document is registered once and then found", async () => {
  const query = `query UrqlAsks${Date.now()} { territories(first: 2) { nodes { id name } } }`;
  const [first, second] = [client(partner), client(partner)];

  const registered = await first.urql.query(query, {}).toPromise();
  const found = await second.urql.query(query, {}).toPromise();

  assert.equal(registered.error, undefined);
  assert.equal(first.sent.length, 2);
  assert.deepEqual(second.sent.map((one) => [one.method, one.spelled]), [["GET", false]]);
  assert.deepEqual(found.data, registered.data);
});

test("a fault of the variables is a GraphQL error with a code, a bad token a 401", async () => {
  const { urql } = client(rep.access, [fetchExchange]);

  const wrong = await urql.query(documentText("ManagerApprovals"), { first: 0 }).toPromise();
  assert.equal(wrong.error.graphQLErrors[0].extensions.code, "BAD_USER_INPUT");

  const stranger = await client("nonsense", [fetchExchange]).urql.query(documentText("RepHome"), {}).toPromise();
  assert.equal(stranger.error.response.status, 401);
});

test("a subscription over WebSocket tells of a change", async () => {
  const socket = createClient({ url: socketEndpoint, webSocketImpl: WebSocket, connectionParams: { authorization: `Bearer ${rep.access}` } });
  const overSocket = subscriptionExchange({
    forwardSubscription: ({ query = "", variables }) => ({
      subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
    }),
  });
  const { urql } = client(rep.access, [fetchExchange, overSocket]);

  const { data, error } = await firstOf(urql.subscription(changes, { since: 0 }), () => checkIn(rep.access, "told to urql"));

  assert.equal(error, undefined);
  assert.ok(data.changes.number > 0);
  await socket.dispose();
});

test("a subscription over fetch, as server-sent events, tells of a change", async () => {
  const { urql, sent } = client(rep.access, [fetchExchange], { fetchSubscriptions: true });

  const { data, error } = await firstOf(urql.subscription(changes, { since: 0 }), () => checkIn(rep.access, "streamed to urql"));

  assert.equal(error, undefined);
  assert.ok(data.changes.number > 0);
  assert.match(sent[0].type, /^text\/event-stream/);
});

// The first result of a source, with something done once it is subscribed to.
function firstOf(source, act) {
  return new Promise((resolve, reject) => {
    const { unsubscribe } = source.subscribe((result) => {
      resolve(result);
      setTimeout(() => unsubscribe());
    });
    act().catch(reject);
  });
}
