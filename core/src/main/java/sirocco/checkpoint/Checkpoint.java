package sirocco.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.text.Vocabulary;

/// An opened model: its configuration, its weights by role, its tokenizer. Weights are mapped, not
/// read; closing the checkpoint unmaps them, so nothing may use them after.
public interface Checkpoint extends AutoCloseable {
  /// The folder or file that was opened.
  Path path();

  ModelConfig config();

  /// How the rows of query and key are ordered.
  Rope.Layout ropeLayout();

  /// The weight in this role, sharing the file's memory where its layout allows.
  ///
  /// @throws CheckpointException if it is missing or its shape or type is wrong; the message names
  ///   the tensor as the file does
  Tensor weight(Role role);

  /// Copies a weight out of its file in large reads and leaves none of the file's pages in the
  /// process: for weights that are kept elsewhere in memory.
  ///
  /// @param weight what [#weight] gave
  /// @param room [#readingRoom] bytes from a multiple of 4096; the system's cache is passed by
  ///   where that can be, and a disk then gives whole blocks
  /// @return the copy, somewhere in `room`
  default Tensor read(Tensor weight, MemorySegment room) {
    MemorySegment copy = room.asSlice(0, weight.data().byteSize()).copyFrom(weight.data());
    return new Tensor(weight.dtype(), weight.shape(), copy);
  }

  /// Brings the weights out of the mapped files into memory of the process's own with large pages,
  /// at the addresses they have, so that passes read them faster. Others may read them meanwhile;
  /// it must have ended before [#close].
  ///
  /// @param goOn asked again and again
  /// @return the bytes that were brought there; the rest is read as before
  default long settle(BooleanSupplier goOn) {
    return 0;
  }

  /// The bytes that [#read] needs for a weight.
  static long readingRoom(Tensor weight) {
    return MappedFile.room(weight.data().byteSize());
  }

  /// The type that a weight had before a conversion widened it without being asked; its own where
  /// the file says nothing of the kind.
  default DType typeBefore(Role role) {
    return weight(role).dtype();
  }

  /// Whether the file has a weight in this role.
  boolean has(Role role);

  /// Every tensor of the file under the file's own name, whether the model uses it or not.
  SortedMap<String, Entry> tensors();

  /// The tokenizer that came with the model.
  Optional<Vocabulary> vocabulary();

  /// The Jinja chat template that came with the model.
  Optional<String> chatTemplate();

  /// Token that opens a text, as the configuration or the tokenizer says.
  OptionalInt bosToken();

  /// Tokens that end a generation: the union of config, generation_config and tokenizer.
  Set<Integer> eosTokens();

  /// Bytes of the model's files on disk.
  long fileBytes();

  @Override
  void close();

  /// What a file says of one tensor.
  ///
  /// @param file where it lies
  record Entry(String name, DType dtype, Shape shape, Path file) {}

  /// The files that make up the model, in the order they are read.
  List<Path> files();
}
