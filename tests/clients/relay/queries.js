// What a Relay app asks. `relay-compiler` turns it into `__generated__` and `persisted.json`: see README.md.
import { graphql } from "relay-runtime";

// A list that grows page by page, as `usePaginationFragment` keeps it.
graphql`
  query queriesGoalsQuery($count: Int!, $cursor: String) {
    goals(first: $count, after: $cursor, orderBy: { field: NAME, direction: ASC })
      @connection(key: "queries_goals", filters: ["orderBy"]) {
      edges {
        node {
          id
          name
          status
          owner {
            name
          }
          target {
            amount
          }
        }
      }
    }
  }
`;

// The same for partner apps, who may read territories and send any document.
graphql`
  query queriesTerritoriesQuery($count: Int!, $cursor: String) {
    territories(first: $count, after: $cursor) @connection(key: "queries_territories") {
      edges {
        node {
          name
        }
      }
    }
  }
`;

// One thing by its id, as `@refetchable` on an entity asks.
graphql`
  query queriesGoalQuery($id: ID!) {
    node(id: $id) {
      __typename
      ... on Goal {
        name
        latestDecision {
          act
          person {
            name
          }
        }
      }
    }
  }
`;

graphql`
  mutation queriesCheckInMutation($input: GoalCheckInInput!, $connections: [ID!]!) {
    goalCheckIn(input: $input) {
      clientMutationId
      errors {
        __typename
        ... on UserError {
          message
        }
      }
      checkIn @prependNode(connections: $connections, edgeTypeName: "CheckInEdge") {
        note
        confidence
        goal {
          id
        }
      }
    }
  }
`;

// What hangs below an entity: its own connection.
graphql`
  query queriesCheckInsQuery($id: ID!, $count: Int!, $cursor: String) {
    node(id: $id) {
      ... on Goal {
        checkIns(first: $count, after: $cursor) @connection(key: "queries_checkIns") {
          edges {
            node {
              note
              author {
                name
              }
            }
          }
        }
      }
    }
  }
`;

graphql`
  subscription queriesChangesSubscription($since: Int) {
    changes(since: $since) {
      number
      nodes {
        __typename
        id
        ... on Goal {
          version
        }
      }
    }
  }
`;
