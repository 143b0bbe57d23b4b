package sirocco.convert;

import java.util.List;
import java.util.stream.Collectors;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Role.Part;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;

/// Which type each tensor of a GGUF file gets.
@FunctionalInterface
public interface GgufTypes {
  /// The type for one tensor.
  ///
  /// @param name of the target tensor
  /// @param roles what it holds: one role, or one an expert
  /// @param sources the weights in those roles
  DType of(String name, List<Role> roles, List<Tensor> sources);

  /// As the source has them, as far as llama.cpp reads that: norms and routers in F32, F64 in F32
  /// (refused later where that would lose something), experts of several types that must share one
  /// tensor in F32.
  static DType asTheyAre(String name, List<Role> roles, List<Tensor> sources) {
    if (alwaysFloat(roles.getFirst())) {
      return DType.F32;
    }
    var types = sources.stream().map(Tensor::dtype).collect(Collectors.toSet());
    DType first = sources.getFirst().dtype();
    return types.size() > 1 || first == DType.F64 ? DType.F32 : first;
  }

  /// Norms and routers: small, and llama.cpp takes norms in no other type. A router of fewer bits
  /// would move tokens to other experts.
  static boolean alwaysFloat(Role role) {
    return switch (role) {
      case Role.Global g -> g == Role.Global.FINAL_NORM;
      case Role.Layer(_, Part part) ->
          part == Part.ATTENTION_NORM || part == Part.FEED_FORWARD_NORM || part == Part.ROUTER;
      case Role.Expert _ -> false;
    };
  }
}
