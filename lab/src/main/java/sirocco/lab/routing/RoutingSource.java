package sirocco.lab.routing;

/// Who routes tokens: a model, or something made up.
public interface RoutingSource {
  /// What its windows look like.
  RoutingShape shape();

  /// Routes tokens that stand by themselves, with nothing before them.
  ///
  /// @param ids at least one
  RoutedWindow route(int[] ids);
}
