package sirocco.train.ranks;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How to start the Java that runs here once more.
public final class JavaCommand {
  private JavaCommand() {}

  /// A command of the same Java with the same options and the same classes.
  ///
  /// @param main a class with a main method, of a module or of the class path
  public static List<String> of(Class<?> main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option ->
            !option.startsWith("--module-path") && !option.startsWith("-Djava.class.path"))
        .forEach(command::add);
    Module module = main.getModule();
    if (module.isNamed()) {
      command.addAll(
          List.of(
              "--module-path",
              System.getProperty("jdk.module.path", ""),
              "--module",
              module.getName() + "/" + main.getName()));
    } else {
      command.addAll(List.of("-cp", System.getProperty("java.class.path", ""), main.getName()));
    }
    command.addAll(arguments);
    return command;
  }
}
