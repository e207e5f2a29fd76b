// Apollo Client 4: HttpLink, PersistedQueryLink, errors, subscriptions over its WebSocket link.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, ServerError, gql } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { bearer, checkIn, documentText, endpoint, isDevelopment, partnerToken, sha256, signIn, socketEndpoint, watchedFetch } from "./company.mjs";

const rep = await signIn("rep");
const repHome = gql(documentText("RepHome"));

function client(token, { link = (http) => http, ...http } = {}) {
  const { watched, sent } = watchedFetch(token);
  const end = new HttpLink({ uri: endpoint, fetch: watched, ...http });
  return { sent, apollo: new ApolloClient({ link: link(end), cache: new InMemoryCache() }) };
}
const persisted = (http) => ApolloLink.from([new PersistedQueryLink({ sha256, useGETForHashedQueries: true }), http]);

test("a published document is answered and kept in the cache by id", async () => {
  const { apollo, sent } = client(rep.access);

  const { data } = await apollo.query({ query: repHome });
  const goal = data.goals.nodes[0];

  assert.equal(sent[0].type, "application/graphql-response+json; charset=utf-8");
  assert.equal(apollo.cache.extract()[`Goal:${goal.id}`].name, goal.name);
  await apollo.query({ query: repHome });
  assert.equal(sent.length, 1);
});

test("the first request names a published document in a GET, without its text", async () => {
  const { apollo, sent } = client(rep.access, { link: persisted });

  const { data } = await apollo.query({ query: repHome });

  assert.equal(data.me.roles[0], "REP");
  assert.deepEqual(sent.map(({ method, named, spelled, status }) => ({ method, named, spelled, status })), [
    { method: "GET", named: true, spelled: false, status: 200 },
  ]);
  assert.match(sent[0].etag, /^"[0-9a-f]+"$/);
});

test("a mutation is named in a POST", async () => {
  const { apollo, sent } = client(rep.access, { link: persisted });
  const home = await apollo.query({ query: repHome });
  const input = { clientMutationId: crypto.randomUUID(), id: home.data.goals.nodes[0].id, confidence: "AT_RISK", note: "Apollo" };

  const { data } = await apollo.mutate({ mutation: gql(documentText("CheckIn")), variables: { input } });

  assert.equal(data.goalCheckIn.checkIn.note, "Apollo");
  const [, { method, named, spelled }] = sent;
  assert.deepEqual({ method, named, spelled }, { method: "POST", named: true, spelled: false });
});

test("a partner app's own document is registered once and then found", async () => {
  const query = gql`query ApolloAsks${String(Date.now())} { territories(first: 2) { nodes { id name } } }`;
  const token = await partnerToken();
  const first = client(token, { link: persisted });
  const second = client(token, { link: persisted });

  const registered = await first.apollo.query({ query });
  const found = await second.apollo.query({ query });

  assert.deepEqual(first.sent.map((one) => [one.method, one.spelled]), [["GET", false], ["POST", true]]);
  assert.deepEqual(second.sent.map((one) => [one.method, one.spelled]), [["GET", false]]);
  assert.deepEqual(found.data, registered.data);
});

test("a document that is not published is refused in production as Apollo reads refusals", async () => {
  const { apollo } = client(rep.access, { link: persisted });
  const query = gql`query NotPublished { me { today } }`;

  if (isDevelopment) {
    assert.match((await apollo.query({ query })).data.me.today, /^\d{4}-/);
    return;
  }
  const { error } = await apollo.query({ query, errorPolicy: "all" });
  assert.ok(CombinedGraphQLErrors.is(error), String(error));
  assert.equal(error.errors[0].extensions.code, "DOCUMENT_NOT_TRUSTED");
});

test("a refusal of the act is data, a fault of the variables an error with a code", async () => {
  const { apollo } = client(rep.access);
  const mutation = gql(documentText("CheckIn"));
  const absent = "goal_01890000-0000-7000-8000-000000000000";
  const input = { clientMutationId: crypto.randomUUID(), id: absent, confidence: "ON_TRACK" };

  const refused = await apollo.mutate({ mutation, variables: { input } });
  assert.equal(refused.data.goalCheckIn.errors[0].__typename, "NotFoundError");

  const wrong = await apollo.mutate({ mutation, variables: { input: { ...input, confidence: "SURE" } }, errorPolicy: "all" });
  assert.ok(CombinedGraphQLErrors.is(wrong.error), String(wrong.error));
  assert.equal(wrong.error.errors[0].extensions.code, "BAD_USER_INPUT");
});

test("with a token that is not good the status and the code say so", async () => {
  const { apollo } = client("nonsense");

  const { error } = await apollo.query({ query: repHome, errorPolicy: "all" });

  // Apollo reads a 401 with the GraphQL media type as GraphQL errors.
  assert.ok(CombinedGraphQLErrors.is(error) || ServerError.is(error), String(error));
  if (CombinedGraphQLErrors.is(error)) assert.equal(error.errors[0].extensions.code, "UNAUTHENTICATED");
  else assert.equal(error.statusCode, 401);
});

test("asked again with the entity tag, nothing is sent", async () => {
  const ask = (headers) => fetch(`${endpoint}?documentId=sha256:${sha256(documentText("RepHome"))}`, { headers: { ...bearer(rep.access), ...headers } });

  let first = await ask({});
  let again = await ask({ "if-none-match": first.headers.get("etag") });
  if (again.status !== 304) {
    // Another file's test may just have checked in.
    first = again;
    again = await ask({ "if-none-match": first.headers.get("etag") });
  }

  assert.equal(again.status, 304);
  assert.equal(await again.text(), "");
});

test("a subscription over Apollo's WebSocket link tells of a change", async () => {
  const socket = createClient({ url: socketEndpoint, webSocketImpl: WebSocket, connectionParams: { Authorization: `Bearer ${rep.access}` } });
  const apollo = new ApolloClient({ link: new GraphQLWsLink(socket), cache: new InMemoryCache() });
  const changes = gql(documentText("Changes"));

  const told = new Promise((resolve, reject) => {
    apollo.subscribe({ query: changes, variables: { since: 0 } }).subscribe({ next: resolve, error: reject });
  });
  await checkIn(rep.access, "told to Apollo");
  const { data } = await told;

  assert.ok(data.changes.number > 0);
  await socket.dispose();
});
