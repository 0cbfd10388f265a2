// Samples of languages without declared types: Ruby, PHP, Bash, Elixir, Lua.
import { type Sample, statements } from "./samples.ts";

export const dynamicSamples: Sample[] = [
  {
    language: "ruby",
    name: "modules, classes, methods of both kinds",
    text: `require "json"

module Shop
  LIMIT = 10

  # A store.
  class Store < Base
    # Opens.
    def self.open(path)
${statements('      log("opening the store at #{path}")', 12)}    end

    def empty?
${statements('      log("is the store empty or is it not")', 12)}      @values.empty?
    end
  end
end
`,
    chunks: ["1-40 namespace Shop [Shop LIMIT Store open empty?]"],
  },
  {
    language: "php",
    name: "classes, traits and functions among text",
    text: `<h1>Store</h1>
<?php
namespace Shop;

const LIMIT = 10;

/** A store. */
final class Store extends Base
{
    public const SIZE = 3;

    public function read(string $key): int
    {
${statements('        $this->log("reading $key from the store");', 12)}        return 1;
    }
}

trait Readable { abstract function read(string $key); }
interface Reader {}
enum Color { case Red; }
function open(string $path): Store { return new Store($path); }
`,
    chunks: [
      "1-6 constant LIMIT [LIMIT]",
      "7-29 class Store [Store SIZE read]",
      "30-33 block Readable [Readable read Reader Color open]",
    ],
  },
  {
    language: "bash",
    name: "functions in both forms, constants",
    text: `#!/usr/bin/env bash
set -euo pipefail
LIMIT=10
readonly DIRECTORY="/srv/store"

# Opens.
open_store() {
${statements('  echo "opening the store at $1" >&2', 14)}}

function close-store {
${statements('  echo "closing the store at $1" >&2', 14)}}
`,
    chunks: [
      "1-5 constant LIMIT [LIMIT DIRECTORY]",
      "6-23 function open_store [open_store]",
      "24-39 function close-store [close-store]",
    ],
  },
  {
    language: "elixir",
    name: "modules, functions with and without guards, macros",
    text: `defmodule Shop.Store do
  @moduledoc "A store."

  @doc "Opens."
  def open(path) when is_binary(path) do
${statements('    Logger.info("opening the store at #{path}")', 12)}  end

  defp empty?, do: true

  defmacro twice(expression) do
    quote do: unquote(expression)
  end
end

defimpl String.Chars, for: Shop.Store do
  def to_string(_), do: "store"
end
`,
    chunks: [
      "1-26 namespace Shop > Shop.Store [Store open empty? twice]",
      "27-29 implementation String > String.Chars [Chars to_string]",
    ],
  },
  {
    language: "lua",
    name: "functions of tables and local ones",
    text: `local M = {}

-- Opens.
function M.open(path)
${statements('  print("opening the store at " .. path)', 12)}end

function M:read(key)
${statements('  print("reading from the store: " .. key)', 12)}end

local function helper() return 1 end

M.close = function() return nil end

return M
`,
    chunks: ["1-18 method M > open [open]", "19-33 method M > read [read]", "34-38 function helper [helper close]"],
  },
];
