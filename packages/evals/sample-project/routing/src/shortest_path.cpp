#include "routing/shortest_path.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <queue>
#include <utility>

namespace routing {

namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

std::vector<std::string> collect_stops(const Graph& graph, const std::vector<std::size_t>& previous, std::size_t end) {
  std::vector<std::string> stops;
  for (std::size_t at = end; at != kNone; at = previous[at]) stops.push_back(graph.name_of(at));
  std::reverse(stops.begin(), stops.end());
  return stops;
}

}  // namespace

Route shortest_path(const Graph& graph, const std::string& from, const std::string& to) {
  const std::size_t start = graph.index_of(from);
  const std::size_t end = graph.index_of(to);
  std::vector<double> distance(graph.size(), std::numeric_limits<double>::infinity());
  std::vector<std::size_t> previous(graph.size(), kNone);
  using Item = std::pair<double, std::size_t>;
  std::priority_queue<Item, std::vector<Item>, std::greater<>> queue;
  distance[start] = 0;
  queue.emplace(0.0, start);
  while (!queue.empty()) {
    const auto [travelled, at] = queue.top();
    queue.pop();
    if (travelled > distance[at]) continue;
    if (at == end) break;
    for (const Edge& road : graph.roads_from(at)) {
      const double through = travelled + road.kilometres;
      if (through >= distance[road.to]) continue;
      distance[road.to] = through;
      previous[road.to] = at;
      queue.emplace(through, road.to);
    }
  }
  Route route;
  if (distance[end] == std::numeric_limits<double>::infinity()) return route;
  route.exists = true;
  route.kilometres = distance[end];
  route.stops = collect_stops(graph, previous, end);
  return route;
}

}  // namespace routing
