package sirocco.lab.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.lab.sandbox.Outcome.Ending;

/// Programs that try to do harm. The first line of each says how it must end, and what it must have
/// said by then.
class HostileProgramsTest {
  private static final Path SOURCES =
      Path.of("src/test/resources/sirocco/lab/sandbox").toAbsolutePath();
  private static final Duration WALL = Duration.ofSeconds(3);

  /// Kernel and Java may be busy with others.
  private static final Duration LATE = Duration.ofSeconds(8);

  private static final Limits LIMITS = new Limits(WALL, WALL, 256 << 20, 16, 4 << 20, 1 << 16);
  private static final String ENDS = "# ends: ";

  @TempDir static Path folder;
  private static Sandbox sandbox;
  private static Path canary;
  private static Path sharedCanary;
  private static ServerSocketChannel tcp;
  private static ServerSocketChannel unix;
  private static DatagramSocket udp;
  private static Set<Long> before;

  @BeforeAll
  static void prepare() throws IOException {
    sandbox = Sandboxes.require();
    // All the world may write here: it is not modes that protect it.
    canary = Files.createDirectory(folder.resolve("canary"));
    Files.writeString(canary.resolve("file"), "unharmed");
    for (Path path : List.of(folder, canary)) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    Files.setPosixFilePermissions(
        canary.resolve("file"), PosixFilePermissions.fromString("rw-rw-rw-"));
    sharedCanary = Files.writeString(Files.createTempFile("sirocco", "canary"), "unharmed");
    InetAddress here = InetAddress.getLoopbackAddress();
    tcp = ServerSocketChannel.open().bind(new InetSocketAddress(here, 0));
    tcp.configureBlocking(false);
    int port = ((InetSocketAddress) tcp.getLocalAddress()).getPort();
    udp = new DatagramSocket(port, here);
    unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    unix.bind(UnixDomainSocketAddress.of(folder.resolve("socket")));
    unix.configureBlocking(false);
    before = Sandboxes.inOtherNamespaces();
  }

  @AfterAll
  static void close() throws IOException {
    if (sandbox != null) {
      tcp.close();
      udp.close();
      unix.close();
      Files.delete(sharedCanary);
    }
  }

  static Stream<String> programs() throws IOException {
    try (Stream<Path> all = Files.list(SOURCES.resolve("hostile"))) {
      return all.map(path -> path.getFileName().toString()).sorted().toList().stream();
    }
  }

  @Test
  void thereAreMany() throws IOException {
    assertThat(programs().count()).isGreaterThan(50);
  }

  @ParameterizedTest
  @MethodSource("programs")
  void doesNoHarm(String name) throws IOException {
    String source = Files.readString(SOURCES.resolve("hostile").resolve(name));
    String stdin =
        String.join(
            "\n",
            canary.toString(),
            Long.toString(ProcessHandle.current().pid()),
            Integer.toString(udp.getLocalPort()),
            folder.resolve("socket").toString());
    Set<String> shared = sharedMemory();
    Outcome outcome =
        sandbox.run(
            new Program(Files.readString(SOURCES.resolve("prelude.py")) + source, stdin, LIMITS));

    assertThat(outcome.wall()).isLessThan(WALL.plus(LATE));
    assertThat(outcome.stdout()).doesNotContain("HARM");
    assertUnharmed();
    assertThat(sharedMemory()).isEqualTo(shared);
    assertEnds(source.lines().findFirst().orElseThrow().substring(ENDS.length()), outcome);
  }

  private static void assertEnds(String expected, Outcome outcome) {
    Set<String> words =
        Arrays.stream(expected.split(" ", -1)).collect(Collectors.toCollection(TreeSet::new));
    Set<String> endings =
        Stream.of(Ending.values())
            .map(Enum::name)
            .filter(words::contains)
            .collect(Collectors.toSet());
    assertThat(outcome.ending().name()).as(outcome.toString()).isIn(endings);
    words.removeAll(endings);
    for (String word : words) {
      assertThat(outcome.stdout()).as(outcome.toString()).contains(word);
      assertThat(outcome.succeeded()).as(outcome.toString()).isTrue();
    }
  }

  private static void assertUnharmed() throws IOException {
    assertThat(Files.readString(canary.resolve("file"))).isEqualTo("unharmed");
    assertThat(Files.readString(sharedCanary)).isEqualTo("unharmed");
    try (Stream<Path> files = Files.list(canary)) {
      assertThat(files).hasSize(1);
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(canary)))
        .isEqualTo("rwxrwxrwx");
    assertThat(tcp.accept()).isNull();
    assertThat(unix.accept()).isNull();
    Set<Long> left = Sandboxes.inOtherNamespaces();
    left.removeAll(before);
    assertThat(left).as("processes left").isEmpty();
  }

  private static Set<String> sharedMemory() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
      return files
          .map(Path::toString)
          .filter(name -> name.contains("sirocco-hostile"))
          .collect(Collectors.toSet());
    }
  }
}
