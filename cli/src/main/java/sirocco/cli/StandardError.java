package sirocco.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Standard error, back in its place. While Java starts it says that the vector module incubates,
/// which is true, of no use to anyone, and cannot be switched off; so the launcher hands the real
/// standard error over under another number, and it takes its place before anything is written.
final class StandardError {
  private static final String PROPERTY = "sirocco.stderr";
  private static final int ERROR = 2;

  private StandardError() {}

  /// Puts the file that the property `sirocco.stderr` numbers in the place of standard error; does
  /// nothing without the property.
  static void restore() {
    Optional<Integer> real = Optional.ofNullable(Integer.getInteger(PROPERTY));
    real.ifPresent(number -> copy(number, ERROR));
  }

  /// A command for a further process of the same kind: where this one was given its standard error
  /// under another number, the other is given it in the same way.
  static List<String> handedOver(List<String> command) {
    Optional<Integer> real = Optional.ofNullable(Integer.getInteger(PROPERTY));
    return real.map(number -> handedOver(number, command)).orElse(command);
  }

  static List<String> handedOver(int number, List<String> command) {
    String shell = "exec \"$@\" " + number + ">&2 2>/dev/null";
    return Stream.concat(Stream.of("/bin/sh", "-c", shell, "sirocco"), command.stream()).toList();
  }

  /// `dup2(from, to)`.
  @SuppressWarnings("restricted") // launched with --enable-native-access
  static void copy(int from, int to) {
    Linker linker = Linker.nativeLinker();
    MemorySegment function = linker.defaultLookup().findOrThrow("dup2");
    MethodHandle dup2 =
        linker.downcallHandle(
            function,
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try {
      int copied = (int) dup2.invokeExact(from, to);
      if (copied != to) {
        throw new IllegalStateException("dup2(" + from + ", " + to + ") gave " + copied);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
