package sirocco.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sirocco.tensor.Tensor;

/// The safetensors files of one model, as one: a single file, or shards with or without an index.
///
/// @param entries every tensor by name
/// @param files the files in order
/// @param holders the file of each tensor
record SafetensorsShards(
    Arena arena,
    SortedMap<String, Checkpoint.Entry> entries,
    List<SafetensorsFile> files,
    Map<String, SafetensorsFile> holders)
    implements AutoCloseable {
  private static final Pattern NUMBERED =
      Pattern.compile("(.+)-([0-9]{1,6})-of-([0-9]{1,6})\\.safetensors");

  /// Opens what lies in a folder under this stem: `stem.safetensors`, `stem.safetensors.index.json`
  /// with the shards it names, or `stem-0000i-of-0000n.safetensors`.
  static Optional<SafetensorsShards> find(Path folder, String stem) {
    Path single = folder.resolve(stem + ".safetensors");
    Path index = folder.resolve(stem + ".safetensors.index.json");
    if (Files.exists(single)) {
      return Optional.of(open(List.of(single), Map.of(), single));
    }
    if (Files.exists(index)) {
      Map<String, Path> places = SafetensorsIndex.parse(folder, JsonFile.read(index));
      return Optional.of(
          open(places.values().stream().distinct().sorted().toList(), places, index));
    }
    List<Path> numbered = numbered(folder, stem);
    return numbered.isEmpty()
        ? Optional.empty()
        : Optional.of(open(numbered, Map.of(), numbered.getFirst()));
  }

  /// @param places where the index says each tensor is; empty without an index
  /// @param index what is to blame when a shard lacks what it should have
  private static SafetensorsShards open(List<Path> paths, Map<String, Path> places, Path index) {
    Arena arena = Arena.ofShared();
    try {
      var files = new ArrayList<SafetensorsFile>();
      var entries = new TreeMap<String, Checkpoint.Entry>();
      var holders = new LinkedHashMap<String, SafetensorsFile>();
      for (Path path : paths) {
        if (!Files.exists(path)) {
          throw new CheckpointException(
              index, "shard " + path.getFileName() + " is missing: download it into this folder");
        }
        SafetensorsFile file = SafetensorsFile.open(path, arena);
        files.add(file);
        for (Checkpoint.Entry entry : file.entries()) {
          Checkpoint.Entry other = entries.putIfAbsent(entry.name(), entry);
          if (other != null) {
            throw new CheckpointException(
                path, "tensor " + entry.name() + " is also in " + other.file().getFileName());
          }
          holders.put(entry.name(), file);
        }
      }
      places.forEach((name, path) -> {
        SafetensorsFile holder = holders.get(name);
        if (holder == null || !holder.path().equals(path)) {
          throw new CheckpointException(
              index, "tensor " + name + " is not in " + path.getFileName() + " as weight_map says");
        }
      });
      return new SafetensorsShards(
          arena,
          Collections.unmodifiableSortedMap(entries),
          List.copyOf(files),
          Collections.unmodifiableMap(holders));
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  private static List<Path> numbered(Path folder, String stem) {
    var found = new TreeMap<Integer, Path>();
    int count = 0;
    try (DirectoryStream<Path> inside =
        Files.newDirectoryStream(folder, path -> path.toString().endsWith(".safetensors"))) {
      for (Path path : inside) {
        Matcher name = NUMBERED.matcher(path.getFileName().toString());
        if (name.matches() && name.group(1).equals(stem)) {
          found.put(Integer.parseInt(name.group(2)), path);
          count = Math.max(count, Integer.parseInt(name.group(3)));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw new CheckpointException(folder, "cannot be listed: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new CheckpointException(folder, "cannot be listed: " + MappedFile.reason(e), e);
    }
    for (int i = 1; i <= count; i++) {
      if (!found.containsKey(i)) {
        throw new CheckpointException(folder, "shard " + i + " of " + count + " is missing");
      }
    }
    return List.copyOf(found.values());
  }

  boolean has(String name) {
    return entries.containsKey(name);
  }

  Optional<Tensor> find(String name) {
    SafetensorsFile holder = holders.get(name);
    return holder == null ? Optional.empty() : holder.find(name);
  }

  /// Copies a weight that lies in one of the files, in large reads.
  Tensor read(Tensor weight, MemorySegment room) {
    MemorySegment copy =
        files.stream()
            .map(SafetensorsFile::mapped)
            .filter(file -> file.holds(weight.data()))
            .findFirst()
            .map(file -> file.read(weight.data(), room))
            .orElseGet(() -> room.asSlice(0, weight.data().byteSize()).copyFrom(weight.data()));
    return new Tensor(weight.dtype(), weight.shape(), copy);
  }

  /// As [Checkpoint#settle] says.
  long settle(BooleanSupplier goOn) {
    return files.stream().mapToLong(file -> file.mapped().moveToLargePages(goOn)).sum();
  }

  List<Path> paths() {
    return files.stream().map(SafetensorsFile::path).toList();
  }

  long fileBytes() {
    return files.stream().mapToLong(SafetensorsFile::fileBytes).sum();
  }

  @Override
  public void close() {
    arena.close();
  }
}
