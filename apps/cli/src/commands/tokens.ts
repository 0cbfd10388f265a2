// `outpost token`: who may use the server, and for what.
import { type AccessToken, OutpostError, Scope } from "@outpost/protocol";
import { age, day } from "../render/layout.ts";
import { type Paint, printable } from "../render/paint.ts";
import { renderTable } from "../render/table.ts";
import type { CommandContext } from "./context.ts";
import { numberOption } from "./number-option.ts";

const dayMs = 86_400_000;

export async function createTokenCommand(
  context: CommandContext,
  name: string,
  options: { scope?: string[]; days?: string },
): Promise<void> {
  const scopes = Scope.array().safeParse(options.scope ?? ["read", "submit", "approve"]);
  if (!scopes.success)
    throw new OutpostError(
      "invalid_input",
      `--scope is "${(options.scope ?? []).join(" ")}"; give some of ${Scope.options.join(", ")}`,
    );
  const days = numberOption("--days", options.days, { min: 1, max: 3650, otherwise: 0 });
  const body = { name, scopes: scopes.data, expiresAtMs: days === 0 ? null : Date.now() + days * dayMs };
  const { client } = await context.connect();
  const created = await client.call("createToken", { body });
  context.give(created, () => created.token);
  context.note(`for OUTPOST_TOKEN; it is shown this once and may: ${created.record.scopes.join(", ")}`);
}

export async function listTokensCommand(context: CommandContext): Promise<void> {
  const { client } = await context.connect();
  const { items } = await client.call("listTokens", {});
  context.give(items, () => renderTokens(items, context.paint));
}

export async function revokeTokenCommand(context: CommandContext, wanted: string): Promise<void> {
  const { client } = await context.connect();
  const { items } = await client.call("listTokens", {});
  const fits = items.filter((item) => item.id === wanted || (item.name === wanted && item.revokedAtMs === null));
  const [token] = fits;
  if (!token || fits.length > 1)
    throw new OutpostError(
      "not_found",
      token
        ? `"${wanted}" names ${fits.length} tokens; give an id`
        : `there is no token "${wanted}"; see: outpost token list`,
    );
  const revoked = await client.call("revokeToken", { params: { tokenId: token.id } });
  context.tell(revoked, () => `revoked ${printable(revoked.name)}`);
}

export function renderTokens(tokens: readonly AccessToken[], paint: Paint): string {
  const rows = tokens.map((token) => {
    const used = token.lastUsedAtMs === null ? "never used" : `used ${age(token.lastUsedAtMs, Date.now())}`;
    const end = token.expiresAtMs === null ? "" : `, until ${day(token.expiresAtMs)}`;
    const revoked = token.revokedAtMs === null ? "" : paint("red", "revoked");
    const scopes = token.scopes.join(", ");
    return [token.id, paint("bold", printable(token.name)), scopes, paint("dim", `(${used}${end})`), revoked];
  });
  return renderTable([{}, { least: 12 }, { worth: 2 }, { worth: 1 }, {}], rows, paint.columns).join("\n");
}
