package sirocco.cpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import sirocco.tensor.Kernels.Phase;

/// The library that the build makes of kernels.c where there is a C compiler. Where there was none,
/// or it doesn't work here, Java does its work.
///
/// The environment variable `SIROCCO_NATIVE` limits it: `off`, or the name of a [Level] in lower
/// case.
final class NativeLibrary {
  private static final String VARIABLE = "SIROCCO_NATIVE";
  private static final String NAME =
      "libsirocco_cpu-"
          + System.getProperty("os.name").toLowerCase(Locale.ROOT)
          + "-"
          + System.getProperty("os.arch")
          + ".so";

  private NativeLibrary() {}

  /// What the processor offers; each has what the ones before have.
  enum Level {
    NOTHING(0, "nothing"),
    AVX2(1, "AVX2"),
    AVX512(2, "AVX-512 VNNI");

    /// Its number in kernels.c.
    private final int code;

    private final String description;

    Level(int code, String description) {
      this.code = code;
      this.description = description;
    }

    /// What C knows it by.
    int code() {
      return code;
    }

    @Override
    public String toString() {
      return description;
    }
  }

  /// Whether there is a library to call.
  sealed interface State {
    /// It was tried and works, with these instructions.
    record Works(Level level) implements State {}

    /// It is not used, for this reason.
    record Absent(String why) implements State {}
  }

  /// Found out on first use, once.
  static State state() {
    return Once.STATE;
  }

  private static final class Once {
    static final State STATE = find();
  }

  private static State find() {
    String wish = System.getenv(VARIABLE);
    if ("off".equals(wish)) {
      return new State.Absent(VARIABLE + " is off");
    }
    List<String> names =
        Arrays.stream(Level.values())
            .skip(1)
            .map(level -> level.name().toLowerCase(Locale.ROOT))
            .toList();
    if (wish != null && !names.contains(wish)) {
      return new State.Absent(VARIABLE + " is " + wish + ", none of off, " + join(names));
    }
    try {
      Level most = wish == null ? Level.AVX512 : Level.valueOf(wish.toUpperCase(Locale.ROOT));
      Level level = level(most);
      return level == Level.NOTHING
          ? new State.Absent("the processor has no AVX2")
          : NativeCheck.of(level);
    } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return new State.Absent(String.valueOf(cause.getMessage()));
    }
  }

  private static String join(List<String> names) {
    return names.stream().collect(Collectors.joining(", "));
  }

  /// The best level that this processor has, up to `most`.
  static Level level(Level most) {
    try {
      int code = (int) Calls.LEVEL.invokeExact(most.code);
      return Arrays.stream(Level.values())
          .filter(level -> level.code == code)
          .findFirst()
          .orElse(Level.NOTHING);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// Bytes that [#prepare] fills.
  static long preparedBytes(Level level, Phase phase, int rows, int inputs) {
    try {
      return (long) Calls.PREPARED_BYTES.invokeExact(level.code, steps(phase), rows, inputs);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// Brings rows into the form that products with quantised types read in the same phase.
  ///
  /// @param prepared at a multiple of 64
  static void prepare(
      Level level,
      Phase phase,
      MemorySegment floats,
      int rows,
      int inputs,
      MemorySegment prepared) {
    try {
      Calls.PREPARE.invokeExact(
          level.code, steps(phase), floats.address(), rows, inputs, prepared.address());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// As [Products#compute] says.
  ///
  /// @param type a GGUF id
  /// @param x prepared for quantised types, else as it was
  static void products(
      Level level,
      Phase phase,
      int type,
      MemorySegment weight,
      long rowBytes,
      int inputs,
      int from,
      int to,
      MemorySegment x,
      int rows,
      MemorySegment out,
      long stride) {
    try {
      Calls.PRODUCTS.invokeExact(
          level.code,
          steps(phase),
          type,
          weight.address(),
          rowBytes,
          inputs,
          from,
          to,
          x.address(),
          rows,
          out.address(),
          stride);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static int steps(Phase phase) {
    return phase == Phase.STEP ? 1 : 0;
  }

  /// A procedure that is soon through: it may be given arrays, and is called without telling the
  /// garbage collector, which waits for it.
  static MethodHandle brief(String name, MemoryLayout... arguments) {
    return Calls.brief(name, arguments);
  }

  /// A function; while it runs, the garbage collector does not wait for it.
  static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
    return Calls.function(name, result, arguments);
  }

  /// A procedure, likewise.
  static MethodHandle procedure(String name, MemoryLayout... arguments) {
    return Calls.procedure(name, arguments);
  }

  /// C throws nothing, so this is an error of the linker or of this class.
  static RuntimeException unexpected(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof RuntimeException exception ? exception : new IllegalStateException(e);
  }

  /// Its functions; only constants are called without detours. Memory is given by its address: as a
  /// segment, each call would hold its arena, a step on a counter that all threads share. Whoever
  /// calls keeps the arena open. Loaded on first use, which fails with an error where there is no
  /// library.
  @SuppressWarnings("restricted") // calls C: what the class is for
  private static final class Calls {
    private static final SymbolLookup LIBRARY = load();

    static final MethodHandle LEVEL = function("sirocco_level", JAVA_INT, JAVA_INT);
    static final MethodHandle PREPARED_BYTES =
        function("sirocco_prepared_bytes", JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    static final MethodHandle PREPARE =
        procedure("sirocco_prepare", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
    static final MethodHandle PRODUCTS =
        procedure(
            "sirocco_products",
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_LONG,
            JAVA_INT,
            JAVA_LONG,
            JAVA_LONG);

    private Calls() {}

    static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
      return handle(name, FunctionDescriptor.of(result, arguments));
    }

    static MethodHandle procedure(String name, MemoryLayout... arguments) {
      return handle(name, FunctionDescriptor.ofVoid(arguments));
    }

    static MethodHandle brief(String name, MemoryLayout... arguments) {
      return handle(name, FunctionDescriptor.ofVoid(arguments), Linker.Option.critical(true));
    }

    private static MethodHandle handle(
        String name, FunctionDescriptor descriptor, Linker.Option... options) {
      MemorySegment address =
          LIBRARY
              .find(name)
              .orElseThrow(() -> new IllegalStateException(NAME + " has no function " + name));
      return Linker.nativeLinker().downcallHandle(address, descriptor, options);
    }

    /// Where classes lie in a folder it is used in place. Else it goes to a file of its own, which
    /// nobody else can write and which is gone once it is loaded.
    private static SymbolLookup load() {
      URL resource = NativeLibrary.class.getResource(NAME);
      if (resource == null) {
        throw new IllegalStateException(
            "this build has no " + NAME + ": there was no C compiler, or not this system");
      }
      try {
        if (resource.getProtocol().equals("file")) {
          return SymbolLookup.libraryLookup(Path.of(toUri(resource)), Arena.global());
        }
        Path copy = Files.createTempFile("sirocco-", ".so");
        try (InputStream in = resource.openStream()) {
          Files.write(copy, in.readAllBytes());
          return SymbolLookup.libraryLookup(copy, Arena.global());
        } finally {
          Files.deleteIfExists(copy);
        }
      } catch (IOException | IllegalArgumentException | IllegalCallerException e) {
        throw new IllegalStateException(NAME + " cannot be loaded: " + e.getMessage(), e);
      }
    }

    private static URI toUri(URL resource) {
      try {
        return resource.toURI();
      } catch (URISyntaxException e) {
        throw new IllegalArgumentException(e);
      }
    }
  }
}
