package sirocco.lab.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.lab.data.DataException;
import sirocco.lab.data.ParquetReader;
import sirocco.lab.data.RawRecord;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Every choice as a row.
final class RoutingRowsTest {
  private static final RoutingShape SHAPE = new RoutingShape(2, 5, 3);
  private static final List<Document> DOCUMENTS =
      List.of(
          new Document("it's \"odd\", really", new int[] {3, 1, 4, 1, 5}),
          new Document("b", new int[] {9}),
          new Document("b", new int[] {2, 6}));

  @TempDir private Path folder = Path.of("");

  @Test
  void rowsComeBackAsTheyWere() throws IOException {
    Path file = folder.resolve("it's.parquet");
    List<String> expected = new ArrayList<>();
    try (var rows = new RoutingRows(file)) {
      RoutingTrace.of(
          MadeUpRouting.random(SHAPE, 1),
          DOCUMENTS.iterator(),
          2,
          passage -> {
            rows.accept(passage);
            expected.addAll(lines(passage));
          });
      assertThat(file).as("before it is whole").doesNotExist();
      rows.commit();
    }
    List<String> found = new ArrayList<>();
    for (JsonNode row : read(file)) {
      found.add(
          String.join(
              "|",
              row.path("domain").asString(),
              row.path("document").asString(),
              row.path("position").asString(),
              row.path("token").asString(),
              row.path("layer").asString(),
              row.path("rank").asString(),
              row.path("expert").asString(),
              String.valueOf((float) row.path("gate").asDouble())));
    }
    assertThat(found).isEqualTo(expected).hasSize(8 * 2 * 3);
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  private static List<String> lines(Passage passage) {
    List<String> lines = new ArrayList<>();
    RoutedWindow window = passage.window();
    for (int t = 0; t < window.tokens(); t++) {
      for (int layer = 0; layer < 2; layer++) {
        for (int rank = 0; rank < 3; rank++) {
          lines.add(
              "%s|%d|%d|%d|%d|%d|%d|%s"
                  .formatted(
                      passage.domain(),
                      passage.document(),
                      passage.position() + t,
                      window.ids()[t],
                      layer,
                      rank,
                      window.expert(layer, t, rank),
                      window.gate(layer, t, rank)));
        }
      }
    }
    return lines;
  }

  private static List<JsonNode> read(Path file) {
    List<JsonNode> rows = new ArrayList<>();
    try (var reader = new ParquetReader(file)) {
      for (RawRecord row = reader.next(); row != null; row = reader.next()) {
        rows.add(JsonMapper.shared().readTree(new String(row.bytes(), StandardCharsets.UTF_8)));
      }
    }
    return rows;
  }

  @Test
  void noRowsAreAFileToo() {
    Path file = folder.resolve("none.parquet");
    try (var rows = new RoutingRows(file)) {
      rows.commit();
    }
    assertThat(read(file)).isEmpty();
  }

  @Test
  void whatIsGivenUpLeavesNothing() throws IOException {
    Path file = Files.writeString(folder.resolve("old.parquet"), "old");
    try (var rows = new RoutingRows(file)) {
      RoutingTrace.of(MadeUpRouting.random(SHAPE, 2), DOCUMENTS.iterator(), 2, rows);
    }
    assertThat(file).hasContent("old");
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
    assertThatThrownBy(() -> new RoutingRows(folder.resolve("no/such.parquet")).close())
        .isInstanceOf(DataException.class)
        .hasMessageContaining("such.parquet: cannot be written");
  }

  @Test
  void withoutDuckDbALineSaysSo() throws SQLException {
    List<Driver> drivers = Collections.list(DriverManager.getDrivers());
    for (Driver driver : drivers) {
      DriverManager.deregisterDriver(driver);
    }
    try {
      assertThatThrownBy(() -> new RoutingRows(folder.resolve("a.parquet")).close())
          .isInstanceOf(DataException.class)
          .hasMessageContaining("its driver (org.duckdb:duckdb_jdbc) is not here");
    } finally {
      for (Driver driver : drivers) {
        DriverManager.registerDriver(driver);
      }
    }
    assertThat(folder).isEmptyDirectory();
  }
}
