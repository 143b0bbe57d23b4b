package sirocco.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.module.ModuleFinder;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sirocco.defaultmodel.DefaultModel;
import sirocco.defaultmodel.DefaultModelException;
import sirocco.tensor.Backend;
import sirocco.tensor.Backend.Availability.Available;
import sirocco.tensor.Backend.Availability.Unavailable;

/// `sirocco doctor`: whether this computer can run models, and what would keep it from doing so.
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description =
        "Shows what this computer offers, and each back end with why it is or isn't usable.",
    footer = {"", "Example: ./sirocco doctor --json"})
final class DoctorCommand implements Callable<Integer> {
  private static final Runtime.Version LOWEST = Runtime.Version.parse("25.0.3");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /// @return 0 if models can run, 1 if not
  @Override
  public Integer call() {
    Report report = Report.here();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.pretty(report));
    } else {
      report.rows().forEach((name, value) -> out.printf("%-14s %s%n", name, value));
    }
    out.flush();
    return report.usable() ? 0 : 1;
  }

  /// @param usable whether models can run
  /// @param defaultModel its file, or why there is none
  record Report(
      boolean usable,
      Java java,
      Machine machine,
      int vectorBits,
      boolean vectorModule,
      List<BackEnd> backEnds,
      String defaultModel,
      Disk disk,
      Display terminal) {

    static Report here() {
      Java java = Java.here();
      Machine machine = Machine.here();
      List<BackEnd> backEnds = Backend.all().stream().map(BackEnd::of).toList();
      return new Report(
          java.inRange() && backEnds.stream().anyMatch(BackEnd::usable),
          java,
          machine,
          machine.vectors().bits(),
          ModuleFinder.ofSystem().find("jdk.incubator.vector").isPresent(),
          backEnds,
          modelFile(),
          Disk.of(Path.of("")),
          Display.here());
    }

    /// What a person reads.
    Map<String, String> rows() {
      var rows = new LinkedHashMap<String, String>();
      rows.put("Java", java.describe());
      rows.put("Java folder", java.home());
      rows.put("system", machine.os() + ", " + machine.arch());
      rows.put("cores", String.valueOf(machine.cores()));
      rows.put("memory", memory());
      rows.put("huge pages", machine.hugePages());
      rows.put(
          "vectors",
          (vectorBits == 0 ? "unknown" : vectorBits + " bits, " + machine.vectors())
              + (vectorModule ? "; Vector API present" : "; this Java has no Vector API"));
      for (BackEnd backEnd : backEnds) {
        rows.put(
            "back end " + backEnd.name(),
            (backEnd.usable() ? "usable: " : "not usable: ") + backEnd.reason());
      }
      rows.put("default model", defaultModel);
      rows.put(
          "disk",
          disk.free().isPresent()
              ? Bytes.show(disk.free().getAsLong()) + " free in " + disk.folder()
              : "unknown");
      rows.put("terminal", terminal.describe());
      rows.put("verdict", usable ? "models can run" : "models cannot run: see above");
      return rows;
    }

    /// Its file, or why there is none.
    private static String modelFile() {
      try {
        return DefaultModel.path().toString();
      } catch (DefaultModelException e) {
        return String.valueOf(e.getMessage());
      }
    }

    private String memory() {
      String free =
          machine.memoryAvailable().stream().mapToObj(Bytes::show).findFirst().orElse("unknown");
      String total =
          machine.memoryTotal().stream().mapToObj(Bytes::show).findFirst().orElse("unknown");
      String limit = machine.memoryLimit().isPresent() ? " (the container's limit)" : "";
      return free + " available of " + total + limit;
    }
  }

  /// The Java that runs this.
  record Java(String version, String vendor, String home, boolean inRange) {
    static Java here() {
      Runtime.Version version = Runtime.version();
      return new Java(
          version.toString(),
          System.getProperty("java.vendor", "unknown"),
          System.getProperty("java.home", "unknown"),
          isInRange(version));
    }

    /// From 25.0.3 up to, but not including, 26.
    static boolean isInRange(Runtime.Version version) {
      return version.feature() == 25 && version.compareToIgnoreOptional(LOWEST) >= 0;
    }

    String describe() {
      return version
          + ", "
          + vendor
          + (inRange ? "" : "; Sirocco needs 25.0.3 or later, before 26");
    }
  }

  /// One way of computing.
  ///
  /// @param reason why it is usable or why not
  record BackEnd(String name, boolean usable, String reason) {
    static BackEnd of(Backend backend) {
      return switch (backend.availability()) {
        case Available(_, String what) -> new BackEnd(backend.name(), true, what);
        case Unavailable(String why) -> new BackEnd(backend.name(), false, why);
      };
    }
  }

  /// @param free bytes that may be written; empty if unknown
  record Disk(String folder, OptionalLong free) {
    static Disk of(Path folder) {
      Path absolute = folder.toAbsolutePath();
      try {
        FileStore store = Files.getFileStore(absolute);
        return new Disk(absolute.toString(), OptionalLong.of(store.getUsableSpace()));
      } catch (IOException e) {
        return new Disk(absolute.toString(), OptionalLong.empty());
      }
    }
  }

  /// Where standard output goes.
  record Display(boolean interactive, String type, String encoding, boolean colour) {
    static Display here() {
      boolean interactive = Machine.stdoutIsTerminal();
      String type = Optional.ofNullable(System.getenv("TERM")).orElse("none");
      return new Display(
          interactive, type, System.out.charset().name(), Machine.stdoutShowsColours());
    }

    String describe() {
      return (interactive ? type : "standard output is not a terminal")
          + ", "
          + encoding
          + (colour ? ", colours" : ", no colours");
    }
  }
}
