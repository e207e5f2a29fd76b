// graphql-ws: operations over one socket, coming back, and how sockets are closed.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { address, ask, bearer, checkIn, documentText, isDevelopment, partnerToken, sha256, signIn, socketEndpoint } from "./company.mjs";

const changes = documentText("Changes");

const open = [];
afterEach(() => Promise.all(open.splice(0).map((socket) => socket.dispose())));

function client(token, options = {}) {
  const socket = createClient({
    url: socketEndpoint,
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: `Bearer ${token}` },
    retryWait: async () => {},
    ...options,
  });
  open.push(socket);
  return socket;
}

test("a query and a mutation run over the socket", async () => {
  const rep = (await signIn("rep")).access;
  const socket = client(rep);

  const home = await only(socket, { query: documentText("RepHome") });
  const input = { clientMutationId: crypto.randomUUID(), id: home.data.goals.nodes[0].id, confidence: "ON_TRACK", note: "ws" };
  const done = await only(socket, { query: documentText("CheckIn"), variables: { input } });

  assert.equal(done.data.goalCheckIn.checkIn.note, "ws");
});

test("a published document is named by its hash", async () => {
  const socket = client((await signIn("rep")).access);

  // The client wants a `query`; its documentation leaves it empty where a hash says which.
  const sha256Hash = sha256(documentText("RepHome"));
  const home = await only(socket, { query: "", extensions: { persistedQuery: { version: 1, sha256Hash } } });

  assert.equal(home.data.me.roles[0], "REP");
});

test("what is wrong with an operation ends it alone", async () => {
  const socket = client(await partnerToken());

  await assert.rejects(only(socket, { query: "{ nothing }" }), (errors) => {
    assert.equal(errors[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
    return true;
  });
  const after = await only(socket, { query: "{ territories(first: 1) { nodes { name } } }" });

  assert.equal(after.data.territories.nodes.length, 1);
});

test("whoever comes back with a number misses nothing in between", async () => {
  const rep = (await signIn("rep")).access;
  const socket = client(rep);
  const goal = await checkIn(rep, "first");
  const first = socket.iterate({ query: changes, variables: { since: 0 } });
  const { changes: told } = (await first.next()).value.data;
  await first.return();
  await socket.dispose();

  await checkIn(rep, "while away");
  const again = client(rep);
  const second = again.iterate({ query: changes, variables: { since: told.number } });
  const { changes: missed } = (await second.next()).value.data;

  assert.ok(missed.number > told.number);
  assert.ok(missed.nodes.some((node) => node.id === goal));
});

test("a connection that breaks is made again, and the subscription with it", async () => {
  const rep = (await signIn("rep")).access;
  const opened = [];
  const socket = client(rep, { retryAttempts: 3, on: { connected: (one) => opened.push(one) } });
  const told = socket.iterate({ query: changes, variables: { since: 0 } });
  const before = (await told.next()).value.data.changes.number;

  socket.terminate();
  await checkIn(rep, "after the break");
  let after = before;
  while (after <= before) after = (await told.next()).value.data.changes.number;

  assert.equal(opened.length, 2);
});

test("a token that is not good closes with 4403, and none with 4403 too", async () => {
  for (const connectionParams of [{ Authorization: "Bearer nonsense" }, {}]) {
    const socket = client("", { connectionParams, retryAttempts: 0 });
    const closed = await rejection(only(socket, { query: "{ me { today } }" }));
    assert.equal(closed.code, 4403, closed.reason);
  }
});

test("signing out closes the socket with 4401, upon which the client gives up", async () => {
  const tokens = await signIn("manager");
  const socket = client(tokens.access, { retryAttempts: 3 });
  const told = socket.iterate({ query: changes });
  const ended = rejection(told.next());
  await only(socket, { query: documentText("ManagerApprovals") });

  const reply = await fetch(`${address}/auth/sign-out`, {
    method: "POST",
    headers: { "content-type": "application/json", ...bearer(tokens.access) },
    body: JSON.stringify({ refreshToken: tokens.refresh }),
  });

  assert.equal(reply.status, 204);
  assert.equal((await ended).code, 4401);
});

test("who speaks out of turn is closed with the protocol's codes", async () => {
  const token = await partnerToken();
  const init = { type: "connection_init", payload: { Authorization: `Bearer ${token}` } };
  const query = { id: "1", type: "subscribe", payload: { query: changes } };

  assert.equal(await closedWith([query]), 4401);
  assert.equal(await closedWith([init, init]), 4429);
  assert.equal(await closedWith([init, query, query]), 4409);
  assert.equal(await closedWith([{ type: "start" }]), 4400);
  assert.equal(await closedWith([], ["graphql-ws"]), 4406);
});

test("in production a person's own subscription is refused", { skip: isDevelopment }, async () => {
  const socket = client((await signIn("rep")).access);

  const refused = await rejection(only(socket, { query: "subscription { changes { number } }" }));

  assert.equal(refused[0].extensions.code, "DOCUMENT_NOT_TRUSTED");
});

const rejection = (promise) => promise.then((value) => assert.fail(JSON.stringify(value)), (reason) => reason);

async function only(socket, payload) {
  const results = socket.iterate(payload);
  const { value } = await results.next();
  assert.equal((await results.next()).done, true);
  return value;
}

function closedWith(messages, protocols = ["graphql-transport-ws"]) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(socketEndpoint, protocols);
    socket.on("open", () => messages.forEach((message) => socket.send(JSON.stringify(message))));
    socket.on("close", resolve);
    // `ws` fails where the server takes none of its protocols, and still tells the code after.
    socket.on("error", (error) => (/subprotocol/.test(error.message) ? resolve(4406) : reject(error)));
  });
}
