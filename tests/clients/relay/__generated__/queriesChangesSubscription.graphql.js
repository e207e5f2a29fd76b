/**
 * @generated SignedSource<<f9bdc1dd4ea500aed658ce488d2f7482>>
 * @relayHash b46c44522e04170f383b347483c163bd
 * @lightSyntaxTransform
 */

/* eslint-disable */

'use strict';

// @relayRequestID 9311a5891dfae9fdea4fc04b7279c7debaec28dc8a6ef1bccffb54a7938d1b06

var node = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "since"
  }
],
v1 = [
  {
    "alias": null,
    "args": [
      {
        "kind": "Variable",
        "name": "since",
        "variableName": "since"
      }
    ],
    "concreteType": "Changes",
    "kind": "LinkedField",
    "name": "changes",
    "plural": false,
    "selections": [
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "number",
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "concreteType": null,
        "kind": "LinkedField",
        "name": "nodes",
        "plural": true,
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "__typename",
            "storageKey": null
          },
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "id",
            "storageKey": null
          },
          {
            "kind": "InlineFragment",
            "selections": [
              {
                "alias": null,
                "args": null,
                "kind": "ScalarField",
                "name": "version",
                "storageKey": null
              }
            ],
            "type": "Goal",
            "abstractKey": null
          }
        ],
        "storageKey": null
      }
    ],
    "storageKey": null
  }
];
return {
  "fragment": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Fragment",
    "metadata": null,
    "name": "queriesChangesSubscription",
    "selections": (v1/*:: as any*/),
    "type": "Subscription",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "queriesChangesSubscription",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "id": "9311a5891dfae9fdea4fc04b7279c7debaec28dc8a6ef1bccffb54a7938d1b06",
    "metadata": {},
    "name": "queriesChangesSubscription",
    "operationKind": "subscription",
    "text": null
  }
};
})();

node.hash = "f39a95dd2d4af0706add44fb1e7e72df";

export default node;
