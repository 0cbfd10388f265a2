// The rules that look at a change's lines, as data: what is noted when an added or removed line looks like this. They know words, not
// meaning; each note says what was seen, so that a person can judge it at a glance.
import type { NoteKind } from "@outpost/protocol";

export interface LineRule {
  kind: NoteKind;
  sign: "+" | "-";
  pattern: RegExp;
  text: string;
}

export interface PathRule {
  pattern: RegExp;
  text: string;
}

export const lineRules: readonly LineRule[] = [
  {
    kind: "edge_case",
    sign: "+",
    pattern: /(?:^|[^<>=!-])(?:<=|>=|<|>)(?:[^<>=]|$).*\b(?:\d+|[A-Z][A-Z0-9_]{2,}|len|length|size|count)\b/,
    text: "a comparison: the boundary, and both sides of it",
  },
  {
    kind: "edge_case",
    sign: "+",
    pattern: /[\w)\]]\s+(?:\/|\/\/|%)\s+[A-Za-z_(]/,
    text: "a division: what it does when the divisor is zero",
  },
  {
    kind: "edge_case",
    sign: "+",
    pattern: /\[\s*(?:0|-1)\s*\]|\.(?:first|last|front|back|at|pop)\(|\bmax\(|\bmin\(/,
    text: "takes one element: what it does when there is none",
  },
  {
    kind: "edge_case",
    sign: "+",
    pattern: /\b(?:int|float|Number|parseInt|parseFloat|atoi|stoi|strtol|Atoi|parse)\(/,
    text: "reads a number or a format from text: what it does with text that is none",
  },
  {
    kind: "risk",
    sign: "-",
    pattern:
      /^\s*(?:export\s+(?:default\s+)?(?:async\s+)?(?:function|class|const|interface|type)\b|(?:async\s+)?def\s+(?!_)\w+|class\s+\w+|pub\s+(?:async\s+)?fn\b|func\s+(?:\([^)]*\)\s*)?[A-Z]|public\s+\w)/,
    text: "the declaration of something others may use was changed or removed: look for its callers",
  },
  {
    kind: "risk",
    sign: "+",
    pattern: /\bexcept\s*:|\bexcept\s+(?:Base)?Exception\b[^:]*:\s*(?:pass)?\s*$|catch\s*(?:\([^)]*\))?\s*\{\s*\}/,
    text: "catches everything: errors may vanish here",
  },
  {
    kind: "risk",
    sign: "+",
    pattern: /\b(?:eval|exec|execSync|system|popen|Runtime\.getRuntime)\s*\(|shell\s*[=:]\s*[Tt]rue\b/,
    text: "runs text as code or as a command: where does the text come from?",
  },
  {
    kind: "risk",
    sign: "+",
    pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/,
    text: "says itself that it is not finished",
  },
  {
    kind: "risk",
    sign: "+",
    pattern:
      /\b(?:skip|xfail|xit|xdescribe)\s*\(|\.(?:skip|only)\s*\(|@(?:unittest\.skip|pytest\.mark\.(?:skip|xfail)|Disabled|Ignore)\b/,
    text: "a test is skipped, or the others are",
  },
];

export const pathRules: readonly PathRule[] = [
  {
    pattern:
      /(?:^|\/)(?:package\.json|requirements[^/]*\.txt|pyproject\.toml|Cargo\.toml|go\.mod|pom\.xml|build\.gradle(?:\.kts)?|Gemfile|composer\.json|CMakeLists\.txt)$/,
    text: "changes what the project is built from: dependencies, scripts",
  },
  {
    pattern:
      /(?:^|\/)(?:\.github|\.gitlab|\.circleci)\/|(?:^|\/)(?:\.gitlab-ci\.yml|Jenkinsfile|Dockerfile[^/]*|docker-compose[^/]*)$/,
    text: "changes what runs elsewhere: continuous integration, images",
  },
  { pattern: /(?:^|\/)migrations?\//i, text: "a migration: data that is there already is changed by it" },
  {
    pattern: /(?:auth|login|passw|crypt|secret|token|permission|session)[^/]*$/i,
    text: "its name says that it is about access or secrets",
  },
];
