// Access tokens.

import * as requests from "../requests.ts";
import { defineRoutes } from "../route.ts";
import { AccessToken } from "../tokens.ts";

export const tokenRoutes = defineRoutes({
  createToken: {
    method: "POST",
    path: "/v1/tokens",
    scope: "admin",
    media: "json",
    status: 201,
    body: requests.CreateTokenRequest,
    reply: requests.CreateTokenResponse,
    errors: ["invalid_input"],
    summary: "Make an access token",
    description: "The token is shown this once; the server keeps a digest.",
  },
  listTokens: {
    method: "GET",
    path: "/v1/tokens",
    scope: "admin",
    media: "json",
    status: 200,
    reply: requests.TokenList,
    errors: [],
    summary: "All access tokens",
    description: "Without the tokens themselves.",
  },
  revokeToken: {
    method: "DELETE",
    path: "/v1/tokens/:tokenId",
    scope: "admin",
    media: "json",
    status: 200,
    reply: AccessToken,
    errors: ["not_found"],
    summary: "Revoke an access token",
    description: "",
  },
});
