// Several parsers as one: a text goes to the one with the least under way, so that the second is only started when the first is busy.
import { createParser, type Parser, type ParserOptions } from "./parser.ts";

export interface ParserPoolOptions extends ParserOptions {
  /** At most so many processes. */
  workers: number;
}

export function createParserPool({ workers, ...options }: ParserPoolOptions): Parser {
  const members = Array.from({ length: workers }, () => ({ parser: createParser(options), underWay: 0 }));
  return {
    async parse(input, signal) {
      const member = members.reduce((least, other) => (other.underWay < least.underWay ? other : least));
      member.underWay++;
      try {
        return await member.parser.parse(input, signal);
      } finally {
        member.underWay--;
      }
    },
    stats: () =>
      members
        .map(({ parser }) => parser.stats())
        .reduce((sum, other) => ({
          starts: sum.starts + other.starts,
          crashes: sum.crashes + other.crashes,
          timeouts: sum.timeouts + other.timeouts,
          peakRssBytes: Math.max(sum.peakRssBytes, other.peakRssBytes),
        })),
    async rest() {
      await Promise.all(members.map(({ parser }) => parser.rest()));
    },
    async settle() {
      await Promise.all(members.map(({ parser }) => parser.settle()));
    },
    async close() {
      await Promise.all(members.map(({ parser }) => parser.close()));
    },
  };
}
