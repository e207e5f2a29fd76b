// GraphiQL with a sign-in. The access token stays in this page's memory: a reload forgets it.
"use strict";

const form = document.getElementById("sign-in");
const pasted = document.getElementById("token");
const state = document.getElementById("state");
const root = ReactDOM.createRoot(document.getElementById("graphiql"));

const FIRST_QUERY = `# Sign in above, then press Ctrl-Enter (or ⌘-Enter) to run this.
{
  me {
    person {
      name
    }
    today
  }
}
`;

function fetcherFor(token) {
  return async (request, { headers } = {}) => {
    const reply = await fetch("../graphql", {
      method: "POST",
      headers: {
        Accept: "application/graphql-response+json",
        "Content-Type": "application/json",
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      body: JSON.stringify(request),
    });
    return reply.json();
  };
}

function show(token) {
  // A new key starts GraphiQL again, so that it reads the schema as the new caller.
  root.render(
    React.createElement(GraphiQL, {
      key: token,
      fetcher: fetcherFor(token),
      defaultQuery: FIRST_QUERY,
      isHeadersEditorEnabled: true,
      shouldPersistHeaders: false,
    }),
  );
}

function tell(sentence, refused = false) {
  state.textContent = sentence;
  state.className = refused ? "refused" : "";
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const given = Object.fromEntries(new FormData(form));
  try {
    const reply = await fetch("../auth/sign-in", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(given),
    });
    const body = await reply.json();
    const token = body.accessToken ?? body.access_token;
    if (!reply.ok || !token) {
      const said = body.errors?.[0]?.message ?? body.message ?? body.error_description;
      throw new Error(said ?? `Sign-in was refused with status ${reply.status}.`);
    }
    tell(`Signed in as ${given.email}. The token lasts some minutes; sign in again after that.`);
    show(token);
  } catch (fault) {
    tell(fault.message, true);
  }
});

pasted.addEventListener("change", () => {
  const token = pasted.value.trim();
  tell(token ? "Using the access token that you pasted." : "Not signed in.");
  show(token);
});

show("");
