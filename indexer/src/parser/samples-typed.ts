// Samples of languages with declared types: Go, Rust, Java, C#, Kotlin, Scala, Swift, Haskell, Zig.
import { type Sample, statements } from "./samples.ts";

export const typedSamples: Sample[] = [
  {
    language: "go",
    name: "methods stand in their receiver's type",
    text: `package store

const Limit = 10

// Store keeps values.
type Store struct {
	values map[string]int
}

type Reader interface{ Read(key string) int }

type Name = string

// Open opens.
func Open(path string) (*Store, error) {
${statements('	logger.Printf("opening the store at %s", path)', 12)}}

func (s *Store) Read(key string) int {
${statements('	logger.Printf("reading %s from the store", key)', 12)}}

func (l List[T]) Len() int { return len(l.items) }
`,
    chunks: [
      "1-13 block Limit [Limit Store Reader Name]",
      "14-29 function Open [Open]",
      "30-44 method Store > Read [Read]",
      "45-45 method List > Len [Len]",
    ],
  },
  {
    language: "rust",
    name: "implementations hold the methods of a type",
    text: `use std::fmt;

pub const LIMIT: usize = 10;

/// A store.
#[derive(Debug)]
pub struct Store<'a> {
    path: &'a str,
}

pub trait Reader { fn read(&self) -> i32; }

impl<'a> Store<'a> {
    /// Opens.
    pub fn open(path: &'a str) -> Self {
${statements('        log::info!("opening the store at {path}");', 12)}    }
}

impl fmt::Display for Store<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
${statements('        write!(f, "the store at {}", self.path)?;', 12)}    }
}

enum Color { Red }
macro_rules! twice { ($e:expr) => { $e; $e } }
mod inner { pub fn helper() {} }
`,
    chunks: [
      "1-12 block LIMIT [LIMIT Store Reader read]",
      "13-30 implementation Store [Store open]",
      "31-47 implementation Store [Store fmt]",
      "48-50 block Color [Color twice inner helper]",
    ],
  },
  {
    language: "java",
    name: "classes, records, interfaces and enums",
    text: `package store;

import java.util.*;

/** A store. */
@Deprecated
public final class Store<T> implements Reader {
    public static final int LIMIT = 10;
    private int size;

    /** Opens. */
    public Store(String path) {
${statements('        this.log("opening the store at " + path);', 12)}    }

    @Override
    public int read(String key) {
${statements('        this.log("reading from the store: " + key);', 12)}        return 1;
    }

    enum Color { RED }
}

interface Reader { int read(String key); }
record Point(int x, int y) {}
@interface Marker {}
`,
    chunks: ["1-46 class Store [Store LIMIT read Color]", "47-49 block Reader [Reader read Point Marker]"],
  },
  {
    language: "csharp",
    name: "namespaces, classes, properties",
    text: `using System;

namespace Shop.Stores
{
    /// <summary>A store.</summary>
    public class Store : IReader
    {
        public int Size { get; set; }

        public Store(string path)
        {
${statements('            Log($"opening the store at {path}");', 12)}        }

        public int Read(string key) => Inner(key);
    }

    public interface IReader { int Read(string key); }
    public record Point(int X, int Y);
    public struct Pair { }
    public enum Color { Red }
    public delegate void Opened(string path);
}
`,
    chunks: ["1-34 namespace Shop > Shop.Stores [Stores Store Size Read IReader Point Pair Color Opened]"],
  },
  {
    language: "kotlin",
    name: "classes, objects, interfaces and functions",
    text: `package store

interface Reader { fun read(key: String): Int }

/** A store. */
class Store(private val path: String) : Reader {
    val size: Int = 0

    override fun read(key: String): Int {
${statements('        log("reading $key from the store at $path")', 12)}        return 1
    }

    companion object { fun open(path: String) = Store(path) }
}

object Registry
enum class Color { RED }
typealias Name = String
fun String.twice() = this + this
`,
    chunks: [
      "1-4 interface Reader [Reader read]",
      "5-27 class Store [Store size read open]",
      "28-31 block Registry [Registry Color Name twice]",
    ],
  },
  {
    language: "scala",
    name: "traits, classes and objects",
    text: `package store

trait Reader { def read(key: String): Int }

/** A store. */
class Store(path: String) extends Reader {
  val size = 0

  def read(key: String): Int = {
${statements('    log(s"reading $key from the store at $path")', 12)}    1
  }
}

object Store { type Name = String }
`,
    chunks: [
      "1-4 interface Reader [Reader read]",
      "5-25 class Store [Store size read]",
      "26-26 class Store [Store Name]",
    ],
  },
  {
    language: "swift",
    name: "structs, protocols and extensions",
    text: `import Foundation

protocol Reader { func read(key: String) -> Int }

/// A store.
public class Store: Reader {
    let size = 0

    init(path: String) {
        self.path = path
    }

    func read(key: String) -> Int {
${statements('        log("reading \\(key) from the store")', 12)}        return 1
    }
}

struct Point { var x: Int }
enum Color { case red }
extension Store { func close() {} }
typealias Name = String
`,
    chunks: [
      "1-4 interface Reader [Reader read]",
      "5-29 class Store [Store size init read]",
      "30-33 block Point [Point x Color Store close Name]",
    ],
  },
  {
    language: "haskell",
    name: "types, classes, instances, functions with signatures",
    text: `module Store where

import Data.List

-- | A store.
data Store = Store { path :: String }

newtype Name = Name String
type Key = String

class Reader a where
  readKey :: a -> Key -> Int

instance Reader Store where
  readKey _ _ = 1

-- | Opens.
open :: String -> Store
open "" = error "no path"
open name = Store name
`,
    chunks: ["1-20 block Store [Store Name Key Reader readKey open]"],
  },
  {
    language: "zig",
    name: "functions and structs",
    text: `const limit = 10;

/// A store.
pub const Store = struct {
    size: usize,

    pub fn open(path: []const u8) Store {
${statements('        log.info("opening the store at {s}", .{path});', 12)}        return .{ .size = 0 };
    }
};

const Color = enum { red };

pub fn main() void {}
`,
    chunks: ["1-2 constant limit [limit]", "3-23 struct Store [Store open]", "24-26 block Color [Color main]"],
  },
];
