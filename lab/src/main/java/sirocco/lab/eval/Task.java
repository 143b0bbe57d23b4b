package sirocco.lab.eval;

import java.util.List;
import sirocco.lab.data.DataException;

/// A benchmark: questions and how their answers are judged.
public interface Task {
  /// What it is.
  Description description();

  /// Its items, in the same order each time.
  ///
  /// @param source where its files are and what to do with damaged rows
  /// @param shots worked examples before each question; [Description#shots] is what its paper used
  /// @throws DataException naming file and line of what cannot be used, or what to download
  List<Item> items(DataFolder source, int shots);

  /// What it reports, the most important first.
  List<Statistic> statistics();

  /// What a task is.
  ///
  /// @param name on the command line, such as `arc-challenge`
  /// @param title as papers write it
  /// @param protocol in a sentence: how it asks and judges
  /// @param source paper, and section or table whose protocol this is
  /// @param shots as the paper has it
  /// @param files below the data folder, with what to download where they are absent
  record Description(
      String name, String title, String protocol, String source, int shots, Files files) {}

  /// Files of a task.
  ///
  /// @param folder below the data folder
  /// @param download what to get, from where, to put there
  record Files(String folder, String download) {}
}
