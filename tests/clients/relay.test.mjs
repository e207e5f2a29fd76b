// relay-runtime over what relay-compiler made of relay/queries.js: connections, `node`, mutations.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createClient } from "graphql-ws";
import runtime from "relay-runtime";
import WebSocket from "ws";
import { ask, bearer, checkIn, documentText, endpoint, isDevelopment, partnerToken, sha256, signIn, socketEndpoint } from "./company.mjs";
import checkInMutation from "./relay/__generated__/queriesCheckInMutation.graphql.js";
import checkInsQuery from "./relay/__generated__/queriesCheckInsQuery.graphql.js";
import changesSubscription from "./relay/__generated__/queriesChangesSubscription.graphql.js";
import goalQuery from "./relay/__generated__/queriesGoalQuery.graphql.js";
import goalsQuery from "./relay/__generated__/queriesGoalsQuery.graphql.js";
import territoriesQuery from "./relay/__generated__/queriesTerritoriesQuery.graphql.js";

const { ConnectionHandler, Environment, Network, Observable, RecordSource, Store, commitMutation, createOperationDescriptor, fetchQuery, requestSubscription } = runtime;
const texts = JSON.parse(readFileSync(new URL("./relay/persisted.json", import.meta.url), "utf8"));

// Names the document by its hash, and spells it out only where the server does not know it.
function environment(token) {
  const sent = [];
  const post = async (body) => {
    sent.push(body);
    const headers = { ...bearer(token), "content-type": "application/json", accept: "application/graphql-response+json" };
    return (await fetch(endpoint, { method: "POST", headers, body: JSON.stringify(body) })).json();
  };
  const fetchFn = async ({ id }, variables) => {
    const answer = await post({ documentId: `sha256:${id}`, variables });
    if (answer.errors?.[0].extensions.code !== "PERSISTED_QUERY_NOT_FOUND") return answer;
    return post({ query: texts[id], variables, extensions: { persistedQuery: { version: 1, sha256Hash: id } } });
  };
  const socket = createClient({ url: socketEndpoint, webSocketImpl: WebSocket, connectionParams: bearer(token) });
  const subscribeFn = ({ id }, variables) => Observable.create((sink) => socket.subscribe({ query: texts[id], variables }, sink));
  const relay = new Environment({ network: Network.create(fetchFn, subscribeFn), store: new Store(new RecordSource()) });
  return { relay, sent, socket };
}

// What a component would see after all pages were loaded, each with the cursor that Relay keeps.
async function allPages(relay, query, variables, connectionOf, pages = 100) {
  let cursor;
  do {
    await fetchQuery(relay, query, { ...variables, cursor }).toPromise();
    const { data } = relay.lookup(createOperationDescriptor(query, variables).fragment);
    const { pageInfo, edges } = connectionOf(data);
    cursor = pageInfo.hasNextPage ? pageInfo.endCursor : undefined;
    if (!cursor || --pages === 0) return edges.map((edge) => edge.node);
  } while (true);
}

test("a list grows by pages to the whole list, nothing twice and in order", { skip: !isDevelopment }, async () => {
  const manager = (await signIn("manager")).access;
  const { relay } = environment(manager);
  const { data } = await ask(manager, "{ goals(first: 100) { totalCount } }");

  const goals = await allPages(relay, goalsQuery, { count: 7 }, (data) => data.goals);

  assert.equal(goals.length, data.goals.totalCount);
  assert.ok(goals.length > 14, "two pages and more");
  assert.equal(new Set(goals.map((goal) => goal.id ?? goal.__id)).size, goals.length);
  assert.ok(goals.every((goal) => goal.owner.name && goal.target.amount));
});

test("a partner app's list grows likewise, its document registered by its first page", async () => {
  const { relay, sent } = environment(await partnerToken());

  const territories = await allPages(relay, territoriesQuery, { count: 5 }, (data) => data.territories);

  assert.equal(new Set(territories.map((one) => one.name)).size, 12);
  assert.ok(sent.filter((body) => body.query).length <= 1);
});

test("an entity is asked for again by its id, and a list below it grows", { skip: !isDevelopment }, async () => {
  const rep = (await signIn("rep")).access;
  const { relay } = environment(rep);
  const id = await checkIn(rep, "one");
  for (const note of ["two", "three"]) await checkIn(rep, note);

  const { node } = await fetchQuery(relay, goalQuery, { id }).toPromise();
  const notes = await allPages(relay, checkInsQuery, { id, count: 2 }, (data) => data.node.checkIns, 3);

  assert.equal(node.__typename, "Goal");
  assert.deepEqual(notes.slice(0, 3).map((one) => one.note), ["three", "two", "one"]);
});

test("a mutation's payload is put in front of a list in the store", { skip: !isDevelopment }, async () => {
  const rep = (await signIn("rep")).access;
  const { relay } = environment(rep);
  const id = await checkIn(rep, "before");
  await allPages(relay, checkInsQuery, { id, count: 3 }, (data) => data.node.checkIns, 1);
  const connections = [ConnectionHandler.getConnectionID(id, "queries_checkIns")];
  const input = { clientMutationId: crypto.randomUUID(), id, confidence: "ON_TRACK", note: "by Relay" };

  const payload = await new Promise((onCompleted, onError) => {
    commitMutation(relay, { mutation: checkInMutation, variables: { input, connections }, onCompleted, onError });
  });

  assert.deepEqual(payload.goalCheckIn.errors, []);
  const { data } = relay.lookup(createOperationDescriptor(checkInsQuery, { id, count: 3 }).fragment);
  assert.equal(data.node.checkIns.edges[0].node.note, "by Relay");
});

test("a subscription tells of a change", { skip: !isDevelopment }, async () => {
  const rep = (await signIn("rep")).access;
  const { relay, socket } = environment(rep);

  const told = new Promise((onNext, onError) => {
    requestSubscription(relay, { subscription: changesSubscription, variables: { since: 0 }, onNext, onError });
  });
  await checkIn(rep, "told to Relay");

  assert.ok((await told).changes.number > 0);
  await socket.dispose();
});

test("a Relay app may name a published document by the hash of its file", async () => {
  const documentId = `sha256:${sha256(documentText("RepHome"))}`;
  const headers = { ...bearer((await signIn("rep")).access), "content-type": "application/json" };

  const reply = await fetch(endpoint, { method: "POST", headers, body: JSON.stringify({ documentId }) });

  assert.equal((await reply.json()).data.me.roles[0], "REP");
});
