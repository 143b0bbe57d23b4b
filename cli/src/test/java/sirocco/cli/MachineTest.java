package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
  private static final long GIB = 1L << 30;

  @TempDir private Path root;

  @Test
  void readsProcAndSys() throws IOException {
    meminfo();
    put("proc/cpuinfo", "processor : 0\nflags\t\t: fpu sse4_2 avx avx2 avx512f_fake\n");
    put("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
    Machine machine = Machine.linux(root);
    assertThat(machine.memoryTotal()).hasValue(64 * GIB);
    assertThat(machine.memoryAvailable()).hasValue(48 * GIB);
    assertThat(machine.memoryLimit()).isEmpty();
    assertThat(machine.vectors()).isEqualTo(Machine.Vectors.AVX2);
    assertThat(machine.vectors().bits()).isEqualTo(256);
    assertThat(machine.hugePages()).isEqualTo("transparent: madvise, reserved: 4");
    assertThat(machine.cores()).isPositive();
  }

  @Test
  void obeysTheTightestLimitOfCgroupVersion2() throws IOException {
    meminfo();
    put("proc/self/cgroup", "0::/pod/container\n");
    group("sys/fs/cgroup/pod", "memory.max", 10 * GIB, "memory.current", 9 * GIB, 3 * GIB);
    group("sys/fs/cgroup/pod/container", "memory.max", 8 * GIB, "memory.current", GIB, 0);
    Machine machine = Machine.linux(root);
    assertThat(machine.memoryLimit()).hasValue(8 * GIB);
    assertThat(machine.memoryTotal()).hasValue(8 * GIB);
    // The pod has 10 - (9 - 3) GiB left, the container 8 - 1.
    assertThat(machine.memoryAvailable()).hasValue(4 * GIB);
  }

  @Test
  void obeysCgroupVersion1AndIgnoresNoLimit() throws IOException {
    meminfo();
    put("proc/self/cgroup", "5:cpu:/x\n4:memory:/docker/abc\n");
    String folder = "sys/fs/cgroup/memory";
    String limit = "memory.limit_in_bytes";
    String usage = "memory.usage_in_bytes";
    group(folder, limit, Long.MAX_VALUE / 4096 * 4096, usage, 16 * GIB, 0);
    assertThat(Machine.linux(root).memoryLimit()).isEmpty();
    assertThat(Machine.linux(root).memoryAvailable()).hasValue(48 * GIB);
    group(folder + "/docker/abc", limit, 2 * GIB, usage, GIB, GIB / 2);
    assertThat(Machine.linux(root).memoryLimit()).hasValue(2 * GIB);
    assertThat(Machine.linux(root).memoryAvailable()).hasValue(2 * GIB - GIB / 2);
  }

  @Test
  void admitsWhatItDoesNotKnow() {
    Machine machine = Machine.linux(root);
    assertThat(machine.memoryTotal()).isEmpty();
    assertThat(machine.memoryAvailable()).isEmpty();
    assertThat(machine.vectors()).isEqualTo(Machine.Vectors.UNKNOWN);
  }

  @Test
  void addsUpThePagesThatMacOsCanGive() {
    String vmStat =
        """
        Mach Virtual Memory Statistics: (page size of 16384 bytes)
        Pages free:                               1000.
        Pages active:                           300000.
        Pages inactive:                           2000.
        Pages speculative:                         300.
        Pages purgeable:                            40.
        """;
    assertThat(Machine.macAvailable(vmStat)).hasValue(3340L * 16384);
    assertThat(Machine.macAvailable("")).isEmpty();
  }

  @Test
  void showsSizesForPeople() {
    assertThat(Bytes.show(1023)).isEqualTo("1023 B");
    assertThat(Bytes.show(1536)).isEqualTo("1.5 KiB");
    assertThat(Bytes.show(GIB - 1)).isEqualTo("1.0 GiB");
    assertThat(Bytes.show(93_405_585_408L)).isEqualTo("87.0 GiB");
    assertThat(Bytes.show(Long.MAX_VALUE)).isEqualTo("8.0 EiB");
  }

  private void meminfo() throws IOException {
    put(
        "proc/meminfo",
        """
        MemTotal:       67108864 kB
        MemFree:               1 kB
        MemAvailable:   50331648 kB
        HugePages_Total:       4
        """);
  }

  private void group(
      String folder, String limitFile, long limit, String usedFile, long used, long inactive)
      throws IOException {
    put(folder + "/" + limitFile, limit + "\n");
    put(folder + "/" + usedFile, used + "\n");
    put(folder + "/memory.stat", "active_file 7\ninactive_file " + inactive + "\n");
  }

  private void put(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
