import { describe, expect, it } from "vitest";
import { Configuration } from "../configuration/schema.ts";
import { assertSafeListening, checkOrigin, namesOf } from "./origin.ts";

const configure = (more: object) => Configuration.parse({ dataDirectory: "/x", ...more });
const tls = { tlsCertificateFile: "/c.pem", tlsKeyFile: "/k.pem" };

describe("listening", () => {
  it.each([
    {},
    { host: "::1" },
    { host: "localhost" },
    { host: "0.0.0.0", ...tls },
    { host: "10.0.0.1", behindProxy: true },
  ])("is fine for %j", (more) => {
    expect(() => assertSafeListening(configure(more))).not.toThrow();
  });

  it.each([
    [{ host: "0.0.0.0" }, /host "0\.0\.0\.0" is not loopback: set tlsCertificateFile and tlsKeyFile, or behindProxy/],
    [{ host: "::" }, /not loopback/],
    [{ host: "192.168.1.2" }, /not loopback/],
    [{ host: "localhost.example" }, /not loopback/],
    [{ host: "127.0.0.1.example" }, /not loopback/],
    [{ tlsKeyFile: "/k.pem" }, /go together/],
    [{ host: "0.0.0.0", tlsCertificateFile: "/c.pem" }, /go together/],
  ])("is refused for %j", (more, says) => {
    expect(() => assertSafeListening(configure(more))).toThrow(
      expect.objectContaining({ code: "invalid_input", message: expect.stringMatching(says) }),
    );
  });
});

describe("a request", () => {
  const check = (host: string | undefined, origin?: string, allowed: string[] = []) =>
    checkOrigin({ host, origin }, allowed);

  it.each([
    ["127.0.0.1:7717"],
    ["localhost"],
    ["[::1]:80", "http://[::1]:80"],
    ["LocalHost:1", "http://LOCALHOST:9"],
    ["out.example", "https://out.example", ["out.example"]],
  ])("to %s from %s is one of ours", (host, origin?: string, allowed?: string[]) => {
    expect(() => check(host, origin, allowed)).not.toThrow();
  });

  it.each([
    ["192.168.1.2:7717", "192.168.1.2"],
    ["[fd00::1]:7717", "fd00::1"],
    ["box.example", "Box.example"],
    ["Out.example:443", "127.0.0.1"],
  ])("to %s is one of a server that listens on %s and is also called OUT.example", (asked, host) => {
    const names = namesOf({ host, allowedHosts: ["OUT.example"] });
    expect(() => check(asked, `https://${asked}`, names)).not.toThrow();
    expect(() => check("evil.example", undefined, names)).toThrow(expect.objectContaining({ code: "forbidden" }));
  });

  it.each([
    [undefined, undefined],
    ["", undefined],
    ["evil.example", undefined],
    ["127.0.0.1.evil.example", undefined],
    ["127.0.0.1:80:80", undefined],
    ["localhost@evil.example", undefined],
    ["localhost", "null"],
    ["localhost", ""],
    ["localhost", "https://evil.example"],
    ["localhost", "https://localhost.evil.example"],
    ["localhost", "https://evil.example/localhost"],
    ["localhost", "https://localhost@evil.example"],
  ])("to %s from %s is not", (host, origin) => {
    expect(() => check(host, origin)).toThrow(expect.objectContaining({ code: "forbidden" }));
  });
});
