import { networkInterfaces } from "node:os";
import { expect, it } from "vitest";
import { Configuration } from "../configuration/schema.ts";
import { listen } from "./listen.ts";

const hasIpv6 = Object.values(networkInterfaces()).some((of) => of?.some(({ address }) => address === "::1"));

// As in a container, which is reached by its published port and by the command line inside.
it.for([
  ["0.0.0.0", "127.0.0.1"],
  ["::", "[::1]"],
  ["127.0.0.2", "127.0.0.2"],
])("what listens on %s says that it is reached at %s", async ([host, reached], { skip }) => {
  skip(host === "::" && !hasIpv6, "this machine has no IPv6");
  const configuration = Configuration.parse({ dataDirectory: "/x", host, port: 0, behindProxy: true });
  const listener = await listen((request) => new Response(new URL(request.url).hostname), configuration);
  try {
    expect(new URL(listener.url).hostname).toBe(reached);
    expect(await (await fetch(listener.url)).text()).toBe(reached);
  } finally {
    await listener.close();
  }
});
