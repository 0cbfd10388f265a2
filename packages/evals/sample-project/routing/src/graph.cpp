#include "routing/graph.hpp"

#include <stdexcept>

namespace routing {

std::size_t Graph::add_depot(const std::string& name) {
  const auto found = indices_.find(name);
  if (found != indices_.end()) return found->second;
  const std::size_t index = names_.size();
  names_.push_back(name);
  roads_.emplace_back();
  indices_.emplace(name, index);
  return index;
}

std::size_t Graph::index_of(const std::string& name) const {
  const auto found = indices_.find(name);
  if (found == indices_.end()) throw std::invalid_argument("unknown depot: " + name);
  return found->second;
}

void Graph::add_road(const std::string& from, const std::string& to, double kilometres) {
  if (kilometres < 0) throw std::invalid_argument("a road cannot have a negative length");
  const std::size_t a = index_of(from);
  const std::size_t b = index_of(to);
  roads_[a].push_back({b, kilometres});
  roads_[b].push_back({a, kilometres});
}

}  // namespace routing
