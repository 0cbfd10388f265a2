// Sources with the chunks that they make: "first-last kind scope > symbol [definitions]".

export interface Sample {
  language: string;
  name: string;
  text: string;
  chunks: string[];
}

export const statements = (line: string, count: number) => `${line}\n`.repeat(count);

export const samples: Sample[] = [
  {
    language: "python",
    name: "comments and decorators stay with their function, small siblings share a chunk",
    text: `import os

LIMIT = 3

# Adds.
@cache
def add(a, b):
    return a + b


def sub(a, b):
    return a - b
`,
    chunks: ["1-12 block LIMIT [LIMIT add sub]"],
  },
  {
    language: "python",
    name: "a class too large for one chunk is cut between its methods, a method too large between its statements",
    text: `"""Shapes."""


class Shape(Base):
    """A shape."""

    # How large it is.
    @property
    def area(self):
${statements("        self.compute(self.width, self.height)", 20)}
    def draw(self, canvas):
        def pixel(x):
            return x
${statements("        canvas.line(self.left, self.top, self.right)", 60)}        return pixel


async def main():
    await Shape().draw(None)
`,
    chunks: [
      "1-30 class Shape [Shape area]",
      "31-69 method Shape > draw [draw pixel]",
      "70-96 block Shape > draw > - []",
      "97-98 function main [main]",
    ],
  },
  {
    language: "javascript",
    name: "functions in all their guises",
    text: `#!/usr/bin/env node
const { join } = require("node:path");

// Opens.
exports.open = function () {
${statements("  touch(this.path, { flags: 'w' });", 14)}};

class Store extends Base {
  #size = 0;

  /** Reads. */
  static async read(key) {
${statements("    this.log(key, 'reading from the store');", 20)}  }

  close = () => {
${statements("    this.log('closing the store for ever');", 20)}  };
}

export const parse = (text) => {
${statements("  text = text.replaceAll('a', 'b');", 15)}};

export const DEFAULTS = { a: 1 };
`,
    chunks: [
      "1-21 function open [open]",
      "22-48 class Store [Store read]",
      "49-72 method Store > close [close]",
      "73-90 function parse [parse]",
      "91-91 constant DEFAULTS [DEFAULTS]",
    ],
  },
  {
    language: "typescript",
    name: "types, interfaces, enums, namespaces and decorators",
    text: `import { x } from "./x.ts";

/** An id. */
export type Id = string;

export interface Store {
  read(id: Id): Promise<string>;
}

export enum Color { Red, Green }

namespace Inner {
  export const depth = 1;
}

@Injectable()
export abstract class Service<T> {
  @Input() name = "";

  // Starts.
  abstract start(): void;

  @Logged()
  private run<T>(value: T): T {
${statements("    this.log(value, 'running the service');", 40)}    return value;
  }
}
`,
    chunks: [
      "1-15 block Id [Id Store Color Inner depth]",
      "16-22 class Service [Service start]",
      "23-67 method Service > run [run]",
    ],
  },
  {
    language: "tsx",
    name: "components",
    text: `export function List({ items }: Props) {
  return (
    <ul>
${statements("      <Item label='an item of the list' onClick={() => select(1)} />", 40)}    </ul>
  );
}

export const Item = ({ label }: ItemProps) => <li>{label}</li>;
`,
    chunks: ["1-27 function List [List]", "28-47 block List > - []", "48-48 function Item [Item]"],
  },
  {
    language: "c",
    name: "functions, structs, macros and tables",
    text: `#ifndef LIST_H
#define LIST_H
#include <stddef.h>

#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define LIMIT 10

/* A list. */
typedef struct list {
  struct list *next;
} list_t;

static const char *const names[] = { "a", "b" };

/*
 * Appends.
 */
static list_t *list_append(list_t *list,
                           void *value)
{
${statements("  list = list_grow(list, value, sizeof(value));", 12)}  return list;
}

enum color { RED, GREEN };
#endif
`,
    chunks: ["1-37 block MAX [MAX LIMIT list list_t names list_append color]"],
  },
  {
    language: "cpp",
    name: "namespaces, templates, out-of-line methods",
    text: `#include "shape.h"

namespace geo {

// A point.
template <typename T>
class Point {
 public:
  // Makes one.
  Point(T x, T y) : x_(x), y_(y) {}

  T& x() { return x_; }

 private:
  T x_;
};

double Shape::area(const Point<double>& p) const {
${statements("  total += compute(p.x(), p.y(), 1.0);", 30)}  return total;
}

Shape& Shape::operator=(const Shape& other) {
${statements("  copy(other.points_, points_, sizeof(points_));", 14)}  return *this;
}

Shape::~Shape() = default;

using Points = std::vector<Point<double>>;

}  // namespace geo
`,
    chunks: [
      "1-17 namespace geo [geo Point x]",
      "18-51 method geo > Shape > Shape::area [area]",
      "52-69 method geo > Shape > Shape::operator= [operator=]",
      "70-74 block geo > Shape > Shape::~Shape [~Shape Points]",
    ],
  },
];
