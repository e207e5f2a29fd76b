// graphql-sse, in its distinct connections mode: a stream for each operation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "graphql-sse";
import { address, bearer, checkIn, documentText, endpoint, partnerToken, signIn } from "./company.mjs";

const changes = documentText("Changes");
const client = (token, options = {}) => createClient({ url: endpoint, headers: bearer(token), ...options });

test("a query is answered as a stream of one result", async () => {
  const sse = client((await signIn("rep")).access);

  const results = [];
  for await (const result of sse.iterate({ query: documentText("RepHome") })) results.push(result);

  assert.equal(results.length, 1);
  assert.equal(results[0].data.me.roles[0], "REP");
  sse.dispose();
});

test("a stream tells of changes after a number, and goes on", async () => {
  const rep = (await signIn("rep")).access;
  const sse = client(rep);
  const goal = await checkIn(rep, "before");
  const told = sse.iterate({ query: changes, variables: { since: 0 } });

  const first = (await told.next()).value.data.changes;
  await checkIn(rep, "after");
  const second = (await told.next()).value.data.changes;

  assert.ok(second.number > first.number);
  assert.ok(second.nodes.some((node) => node.id === goal));
  await told.return();
  sse.dispose();
});

test("a partner app's stream opens", async () => {
  const sse = client(await partnerToken());
  const told = sse.iterate({ query: changes, variables: { since: 0 } });

  assert.equal((await told.next()).value.errors, undefined);

  await told.return();
  sse.dispose();
});

test("a document that is not valid is refused before the stream begins", async () => {
  const sse = client(await partnerToken(), { retryAttempts: 0 });

  const refused = await sse.iterate({ query: "subscription { nothing }" }).next().then(({ value }) => value, (error) => error);

  const codes = refused.errors?.map((error) => error.extensions.code) ?? [refused.response?.status];
  assert.ok(["GRAPHQL_VALIDATION_FAILED", 400].includes(codes[0]), JSON.stringify(codes));
  sse.dispose();
});

test("signing out ends the stream with an error that says so", async () => {
  const tokens = await signIn("manager");
  const sse = client(tokens.access, { retryAttempts: 0 });
  const told = sse.iterate({ query: changes, variables: { since: 0 } });
  await told.next();

  const ended = told.next();
  await fetch(`${address}/auth/sign-out`, {
    method: "POST",
    headers: { "content-type": "application/json", ...bearer(tokens.access) },
    body: JSON.stringify({ refreshToken: tokens.refresh }),
  });

  assert.equal((await ended).value.errors[0].extensions.code, "UNAUTHENTICATED");
  assert.equal((await told.next()).done, true);
  sse.dispose();
});
