#include <gtest/gtest.h>

#include <stdexcept>

#include "routing/shortest_path.hpp"

namespace {

routing::Graph make_graph() {
  routing::Graph graph;
  for (const char* name : {"Bremen", "Hannover", "Kassel", "Fulda", "Sylt"}) graph.add_depot(name);
  graph.add_road("Bremen", "Hannover", 126);
  graph.add_road("Hannover", "Kassel", 167);
  graph.add_road("Bremen", "Kassel", 310);
  graph.add_road("Kassel", "Fulda", 106);
  return graph;
}

TEST(ShortestPath, TakesTheShorterWay) {
  const auto route = routing::shortest_path(make_graph(), "Bremen", "Fulda");
  EXPECT_TRUE(route.exists);
  EXPECT_DOUBLE_EQ(route.kilometres, 399);
  EXPECT_EQ(route.stops, (std::vector<std::string>{"Bremen", "Hannover", "Kassel", "Fulda"}));
}

TEST(ShortestPath, SaysWhenThereIsNoWay) {
  EXPECT_FALSE(routing::shortest_path(make_graph(), "Bremen", "Sylt").exists);
}

TEST(Graph, RefusesUnknownDepots) {
  auto graph = make_graph();
  EXPECT_THROW(graph.add_road("Bremen", "Atlantis", 1), std::invalid_argument);
}

}  // namespace
