// docs/configuration.md, made from the schema. The test beside it fails when the page is not what this makes.
import { z } from "zod";
import { environmentName } from "./load.ts";
import { Configuration } from "./schema.ts";

interface Property {
  type?: string;
  description?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  enum?: string[];
}

export function renderConfigurationReference(): string {
  const { properties = {} } = z.toJSONSchema(Configuration, { io: "input" }) as {
    properties?: Record<string, Property>;
  };
  const rows = Object.entries(properties).map(([name, property]) => {
    const fallback = property.default === undefined ? "" : `\`${JSON.stringify(property.default)}\``;
    return `| \`${name}\` | \`${environmentName(name)}\` | ${describeType(property)} | ${fallback} | ${property.description ?? ""} |`;
  });
  return `# Configuration

Made from the schema in \`apps/server/src/configuration/schema.ts\`; do not edit.

Flags of the server (\`--data-directory PATH\`) go before the environment, the environment before \`outpost.json\` in the data directory, that before the
defaults. An unknown key in the file is an error that names the nearest known one.

| key | environment | type | default | meaning |
|---|---|---|---|---|
${rows.join("\n")}

The data directory is \`/var/lib/outpost\` for root, otherwise \`$XDG_DATA_HOME/outpost\` or \`~/.local/share/outpost\`.
`;
}

function describeType(property: Property): string {
  if (property.enum) return property.enum.map((value) => `\`${value}\``).join(", ");
  const range =
    property.minimum === undefined || property.maximum === undefined
      ? ""
      : `, ${property.minimum} to ${property.maximum}`;
  return `${property.type ?? "text"}${range}`;
}
