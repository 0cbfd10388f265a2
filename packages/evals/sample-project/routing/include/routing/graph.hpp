#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

namespace routing {

struct Edge {
  std::size_t to;
  double kilometres;
};

/// Depots and the roads between them. Roads lead both ways.
class Graph {
 public:
  std::size_t add_depot(const std::string& name);
  /// Throws std::invalid_argument for an unknown depot or a negative length.
  void add_road(const std::string& from, const std::string& to, double kilometres);

  std::size_t size() const { return names_.size(); }
  std::size_t index_of(const std::string& name) const;
  const std::string& name_of(std::size_t index) const { return names_.at(index); }
  const std::vector<Edge>& roads_from(std::size_t index) const { return roads_.at(index); }

 private:
  std::vector<std::string> names_;
  std::vector<std::vector<Edge>> roads_;
  std::unordered_map<std::string, std::size_t> indices_;
};

}  // namespace routing
