package sirocco.lab.routing;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Consumer;
import sirocco.lab.data.ParquetWriter;

/// Every single choice as a row of a Parquet file: domain, document, position, token, layer, rank,
/// expert, gate. [#commit] puts the file in its place.
public final class RoutingRows implements Consumer<Passage>, AutoCloseable {
  private final ParquetWriter writer;

  /// @throws sirocco.lab.data.DataException if DuckDB is not there or the folder cannot be written
  public RoutingRows(Path file) {
    SequencedMap<String, ParquetWriter.Type> columns = new LinkedHashMap<>();
    columns.put("domain", ParquetWriter.Type.VARCHAR);
    columns.put("document", ParquetWriter.Type.INTEGER);
    columns.put("position", ParquetWriter.Type.INTEGER);
    columns.put("token", ParquetWriter.Type.INTEGER);
    columns.put("layer", ParquetWriter.Type.INTEGER);
    columns.put("rank", ParquetWriter.Type.INTEGER);
    columns.put("expert", ParquetWriter.Type.INTEGER);
    columns.put("gate", ParquetWriter.Type.FLOAT);
    this.writer = new ParquetWriter(file, columns);
  }

  @Override
  public void accept(Passage passage) {
    RoutedWindow window = passage.window();
    for (int t = 0; t < window.tokens(); t++) {
      for (int layer = 0; layer < window.experts().length; layer++) {
        for (int rank = 0; rank < window.chosen(); rank++) {
          writer
              .put(passage.domain())
              .put(passage.document())
              .put(passage.position() + t)
              .put(window.ids()[t])
              .put(layer)
              .put(rank)
              .put(window.expert(layer, t, rank))
              .put(window.gate(layer, t, rank));
        }
      }
    }
  }

  /// Puts the file in its place.
  public void commit() {
    writer.commit();
  }

  @Override
  public void close() {
    writer.close();
  }
}
