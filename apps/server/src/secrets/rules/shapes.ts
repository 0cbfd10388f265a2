// Secrets that are told by their form or their name, whoever issued them.
import type { SecretRule } from "./rule.ts";

export const shapeRules: readonly SecretRule[] = [
  {
    id: "private-key",
    what: "a private key",
    keywords: ["private key"],
    // Also as one line with escaped line ends, as JSON has it, and without its end, where a text was cut.
    pattern: "-----BEGIN (?:[A-Z0-9]{1,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----((?:[A-Za-z0-9+/=,:()\\s-]|\\\\[rn]){40,})",
    reach: 12_000,
  },
  {
    id: "json-web-token",
    what: "a JSON web token",
    keywords: ["eyj"],
    pattern: "\\b(eyJ[A-Za-z0-9_-]{14,}\\.eyJ[A-Za-z0-9_-]{14,}\\.[A-Za-z0-9_-]{20,})",
    reach: 7000,
  },
  {
    id: "bearer-header",
    what: "the credentials of an Authorization header",
    keywords: ["authorization"],
    pattern:
      "(?i)authorization[\"']?\\s{0,3}[:=,]\\s{0,3}[\"'`]?(?:bearer|token|basic|apikey)\\s{1,3}([A-Za-z0-9._~+/-]{16,}={0,2})",
    minEntropy: 3,
    reach: 2100,
  },
  {
    id: "url-password",
    what: "a password within an address",
    keywords: ["://"],
    pattern: "[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\\s/:@\"'<>]{0,100}:([^\\s/:@\"'<>$\\{\\}\\[\\]]{6,})@[A-Za-z0-9\\[]",
    minEntropy: 2.5,
  },
  {
    id: "netrc-password",
    what: "a password of a .netrc file",
    keywords: ["machine "],
    pattern: "machine\\s+\\S{1,100}\\s+login\\s+\\S{1,100}\\s+password\\s+(\\S{6,})",
  },
  {
    id: "npmrc-auth",
    what: "credentials of an .npmrc file",
    keywords: ["_authtoken", "_password", "_auth"],
    pattern: '(?::|^|\\s)_(?:authToken|password|auth)\\s{0,3}=\\s{0,3}"?([A-Za-z0-9+/=_.-]{16,})',
    minEntropy: 3,
  },
  {
    id: "docker-auth",
    what: "registry credentials of a Docker configuration",
    keywords: ['"auth"'],
    pattern: '"auth"\\s{0,5}:\\s{0,5}"([A-Za-z0-9+/]{16,}={0,2})"',
    minEntropy: 3,
  },
  {
    id: "shadow-hash",
    what: "a password hash of a system account",
    keywords: [":$"],
    pattern: "[a-z_][a-z0-9_-]{0,31}:(\\$(?:1|2[aby]|5|6|y|7)\\$[./A-Za-z0-9$=,]{20,}):",
    reach: 300,
  },
  {
    id: "secret-assignment",
    what: "a value that is named as a secret",
    keywords: [
      "secret",
      "token",
      "passw",
      "apikey",
      "api_key",
      "api-key",
      "access_key",
      "private_key",
      "credential",
      "auth_key",
    ],
    // At least 16 characters in quotes, or to the end of a line of an .env file.
    pattern:
      "(?i)(?:secret|token|passwd|password|passwort|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?key|credentials?)[a-z0-9_]{0,20}[\"']?\\s{0,5}(?::=|=>|=|:)\\s{0,5}(?:[\"'`]([A-Za-z0-9+/=_.~!@#%^*-]{16,})[\"'`]|([A-Za-z0-9+/=_~-]{20,})\\s{0,3}$)",
    minEntropy: 3.6,
  },
];
