#pragma once

#include <string>
#include <vector>

#include "routing/graph.hpp"

namespace routing {

struct Route {
  std::vector<std::string> stops;
  double kilometres = 0;
  bool exists = false;
};

/// The shortest route between two depots (Dijkstra with a binary heap).
Route shortest_path(const Graph& graph, const std::string& from, const std::string& to);

}  // namespace routing
