// Which hosts a command may ask the proxy for.
// Covered: names are compared as a whole and in small letters; control characters, user names, and addresses in other than their usual form
// (hexadecimal, octal, one number, IPv6 scopes) are no hosts; without a port in the rule only 80 and 443 are open. Addresses that are not
// public are reached only when the address itself is named, whatever a name resolves to. Not covered: what a host that is allowed does
// with what it is sent.
import { BlockList, isIP, isIPv4 } from "node:net";

export interface Authority {
  host: string;
  port: number;
}

const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const webPorts = [80, 443];

/** `host:port` or `[address]:port`; undefined for anything odd. */
export function parseAuthority(text: string, defaultPort?: number): Authority | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]{1,253}))(?::([1-9]\d{0,4}))?$/.exec(text);
  const [, address, name = "", digits] = match ?? [];
  const port = digits === undefined ? defaultPort : Number(digits);
  if (!match || port === undefined || port > 65_535) return undefined;
  if (address !== undefined) return isIP(address) === 6 ? { host: address.toLowerCase(), port } : undefined;
  const host = name.toLowerCase().replace(/\.$/, "");
  return isHost(host) ? { host, port } : undefined;
}

function isHost(host: string): boolean {
  if (isIPv4(host)) return true;
  const labels = host.split(".");
  // a last part of digits makes it an address in some resolvers: 127.1, 2130706433, 0x7f.1
  return labels.every((part) => label.test(part)) && !/^(?:\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? "");
}

/** Rules: `host`, `*.host` (its subdomains), each with `:port` or without. */
export function isAllowedHost({ host, port }: Authority, rules: readonly string[]): boolean {
  return rules.some((rule) => {
    const [, pattern = "", digits] = /^(.*?)(?::(\d+))?$/.exec(rule) ?? [];
    if (digits === undefined ? !webPorts.includes(port) : Number(digits) !== port) return false;
    if (!pattern.startsWith("*.")) return host === pattern;
    return isIP(host) === 0 && host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1;
  });
}

/** Whether a connection may go to this address. */
export function isAllowedAddress(address: string, rules: readonly string[]): boolean {
  if (rules.some((rule) => rule === address || rule.startsWith(`${address}:`))) return true;
  return !notPublic.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

const notPublic = new BlockList();
for (const [network, bits] of [
  ...([
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["169.254.0.0", 16],
  ] as const),
  ...([
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.0.2.0", 24],
    ["192.168.0.0", 16],
    ["198.18.0.0", 15],
  ] as const),
  ...([
    ["198.51.100.0", 24],
    ["203.0.113.0", 24],
    ["224.0.0.0", 3],
  ] as const),
]) {
  notPublic.addSubnet(network, bits, "ipv4");
  notPublic.addSubnet(`::ffff:${network}`, bits + 96, "ipv6");
}
for (const [network, bits] of [
  ...([
    ["::", 96],
    ["64:ff9b::", 96],
    ["100::", 64],
    ["2001:db8::", 32],
    ["2002::", 16],
  ] as const),
  ...([
    ["fc00::", 7],
    ["fe80::", 10],
    ["ff00::", 8],
  ] as const),
])
  notPublic.addSubnet(network, bits, "ipv6");
