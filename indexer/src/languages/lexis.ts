// What is no code in a language, as data: comments and strings, and the holes of strings that hold code again. Enough to tell which words
// of a text are names, without a syntax tree. Each expression is one token; at a place the first that matches is taken.

export interface Lexis {
  /** The characters, of ASCII, that what is named in `skip` and `interpolated` may begin with: elsewhere it is not looked for. */
  starts: string;
  /** Sources of expressions: comments and strings that hold no code. */
  skip: readonly string[];
  /** Strings with holes, such as `${…}`. */
  interpolated?: readonly string[];
  /** A hole inside of them; what its first group that matched holds is code. */
  hole?: string;
  /** A name, where it is not made of letters, digits, "_" and "$". */
  name?: string;
}

const slashComments = ["\\/\\/[^\\n]*", "\\/\\*[\\s\\S]*?(?:\\*\\/|(?![\\s\\S]))"];
const hashComment = "#[^\\n]*";
const doubleQuoted = '"(?:\\\\.|[^"\\\\\\n])*"';
const singleQuoted = "'(?:\\\\.|[^'\\\\\\n])*'";
const tripleQuoted = '"""[\\s\\S]*?(?:"""|(?![\\s\\S]))';
const backticked = "`(?:\\\\[\\s\\S]|[^`\\\\])*`";
/** One character, so that Rust's lifetimes and digits in groups are none. */
const character = "'(?:\\\\[^\\n']{1,10}|[^'\\\\\\n])'";

export const cLexis: Lexis = { starts: "/\"'", skip: [...slashComments, doubleQuoted, character] };

export const scriptLexis: Lexis = {
  starts: "/\"'`",
  skip: [...slashComments, doubleQuoted, singleQuoted],
  interpolated: [backticked],
  hole: "\\$\\{([^{}]*)\\}",
};

export const pythonLexis: Lexis = {
  starts: "#\"'rRbBuUfF",
  skip: [
    hashComment,
    '[rRbBuU]{0,2}"""[\\s\\S]*?(?:"""|(?![\\s\\S]))',
    "[rRbBuU]{0,2}'''[\\s\\S]*?(?:'''|(?![\\s\\S]))",
    `[rRbBuU]{0,2}${doubleQuoted}`,
    `[rRbBuU]{0,2}${singleQuoted}`,
  ],
  interpolated: [
    '[rR]?[fF][rR]?"""[\\s\\S]*?(?:"""|(?![\\s\\S]))',
    "[rR]?[fF][rR]?'''[\\s\\S]*?(?:'''|(?![\\s\\S]))",
    `[rR]?[fF][rR]?${doubleQuoted}`,
    `[rR]?[fF][rR]?${singleQuoted}`,
  ],
  hole: "\\{([^{}]*)\\}",
};

export const goLexis: Lexis = { starts: "/\"'`", skip: [...slashComments, doubleQuoted, "`[^`]*`", character] };

export const rustLexis: Lexis = {
  starts: "/r\"'",
  skip: [...slashComments, 'r#+"[\\s\\S]*?"#+', 'r"[^"]*"'],
  // Its strings go on over lines; formats may name what they show.
  interpolated: ['"(?:\\\\[\\s\\S]|[^"\\\\])*"', character],
  hole: "\\{([A-Za-z_]\\w*)[:}]",
};

export const javaLexis: Lexis = { starts: "/\"'", skip: [...slashComments, tripleQuoted, doubleQuoted, character] };

export const csharpLexis: Lexis = {
  starts: "/\"'@$",
  skip: [...slashComments, tripleQuoted, '@"(?:""|[^"])*"', doubleQuoted, character],
  interpolated: [`\\$+${tripleQuoted}`, '(?:\\$@|@\\$)"(?:""|[^"])*"', `\\$${doubleQuoted}`],
  hole: "\\{([^{}]*)\\}",
};

export const kotlinLexis: Lexis = {
  starts: "/\"'",
  skip: [...slashComments, character],
  interpolated: [tripleQuoted, doubleQuoted],
  hole: "\\$(?:\\{([^{}]*)\\}|(\\w+))",
};

export const swiftLexis: Lexis = {
  starts: '/"',
  skip: slashComments,
  interpolated: [tripleQuoted, doubleQuoted],
  hole: "\\\\\\(((?:[^()]|\\([^()]*\\))*)\\)",
};

export const phpLexis: Lexis = {
  starts: "/#\"'",
  skip: [...slashComments, "#(?!\\[)[^\\n]*", singleQuoted],
  interpolated: [doubleQuoted],
  hole: "\\{?\\$([\\w>-]+)",
};

export const rubyLexis: Lexis = {
  starts: "=#\"'",
  skip: ["(?<=^|\\n)=begin[\\s\\S]*?(?:\\n=end|(?![\\s\\S]))", "#(?!\\{)[^\\n]*", singleQuoted],
  interpolated: [doubleQuoted],
  hole: "#\\{([^{}]*)\\}",
  name: "[\\p{L}_][\\p{L}\\p{N}_]*[?!]?",
};

export const elixirLexis: Lexis = {
  ...rubyLexis,
  starts: "~#\"'",
  skip: [`~S${tripleQuoted}`, "#(?!\\{)[^\\n]*", singleQuoted],
  // The long one first: three quotes begin with an empty string, and documentation would be code.
  interpolated: [tripleQuoted, doubleQuoted],
};

export const shellLexis: Lexis = {
  starts: "#\"'",
  skip: ["(?<=^|[\\s;])#[^\\n]*", "'[^']*'"],
  interpolated: [doubleQuoted],
  hole: "\\$(?:\\(([^()]*)\\)|\\{?(\\w+))",
  name: "[\\p{L}_][\\p{L}\\p{N}_:.-]*",
};

export const haskellLexis: Lexis = {
  starts: "-{\"'",
  skip: ["--+[^\\n]*", "\\{-[\\s\\S]*?(?:-\\}|(?![\\s\\S]))", doubleQuoted, character],
  name: "[\\p{L}_][\\p{L}\\p{N}_']*",
};

export const luaLexis: Lexis = {
  starts: "-[\"'",
  skip: [
    "--\\[\\[[\\s\\S]*?(?:\\]\\]|(?![\\s\\S]))",
    "--[^\\n]*",
    "\\[\\[[\\s\\S]*?(?:\\]\\]|(?![\\s\\S]))",
    doubleQuoted,
    singleQuoted,
  ],
};

export const zigLexis: Lexis = {
  starts: "/\\\"'",
  skip: ["\\/\\/[^\\n]*", "\\\\\\\\[^\\n]*", doubleQuoted, character],
};

export const hashLexis: Lexis = { starts: "#\"'", skip: [hashComment, doubleQuoted, singleQuoted] };
