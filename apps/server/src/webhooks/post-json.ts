// Sends one POST to an address that an operator configured.
// Covered: the name is resolved once and the connection goes to the address that was checked; redirects are answers that count as failures;
// time and answer are bounded; neither cookies nor a proxy of the environment take part.
// Not covered: what a public host does with the request behind its door.
import { lookup } from "node:dns";
import { type RequestOptions, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { isAllowedAddress } from "@outpost/sandbox";

const timeoutMs = 15_000;
const maxErrorCharacters = 200;

export interface Post {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Loopback, private and link-local addresses too. */
  allowPrivate: boolean;
  signal: AbortSignal;
}

/** Resolves when it was taken (2xx). Rejects with why not, in words. */
export function postJson({ url: address, headers, body, allowPrivate, signal }: Post): Promise<void> {
  const url = new URL(address);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (!allowPrivate && isIP(host) !== 0 && !isAllowedAddress(host, []))
    return Promise.reject(new Error(`${host} is not a public address; say allowPrivate if it is meant`));
  const options: RequestOptions = {
    method: "POST",
    headers: { ...headers, "content-length": Buffer.byteLength(body) },
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    ...(allowPrivate ? {} : { lookup: publicLookup }),
  };
  return new Promise((resolve, reject) => {
    const send = url.protocol === "https:" ? requestHttps : requestHttp;
    const request = send(url, options, (response) => {
      // Nothing of the answer matters but its status.
      response.destroy();
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) resolve();
      else reject(new Error(`it answered ${status}`));
    });
    request.once("error", (error) => reject(new Error(error.message.slice(0, maxErrorCharacters), { cause: error })));
    request.end(body);
  });
}

/** Fails where any of the name's addresses is not public: one that is would not stay the one that is used. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, [], 0);
    const closed = addresses.find(({ address }) => !isAllowedAddress(address, []));
    if (closed) {
      const text = `${hostname} is ${closed.address}, which is not a public address; say allowPrivate if it is meant`;
      return callback(new Error(text), [], 0);
    }
    const [first] = addresses;
    if (options.all) return callback(null, addresses, 0);
    return callback(null, first?.address ?? "", first?.family ?? 4);
  });
};
