package sirocco.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sirocco.tensor.quant.Formats;

/// Tensors of more than 2^31 numbers: Mixtral's experts in one tensor have 2^31.9. They lie in
/// sparse files, of which only the last rows take room.
class HugeTensorTest {
  private static final int WIDTH = 4096;
  private static final long ROWS = (1L << 31) / WIDTH + 5;

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"I8", "I16", "I32", "I64"})
  void theLastRowsAreReached(DType dtype) throws IOException {
    float[] numbers = new float[3 * WIDTH];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (i % 61 - 30) / 8f;
    }
    try (Arena arena = Arena.ofConfined()) {
      Tensor small = Tensor.allocate(dtype, Shape.of(3, WIDTH), arena);
      Formats.of(dtype).encode(numbers, 0, small.data(), 0, numbers.length);
      Tensor huge = withLastRows(small, arena);
      assertThat(huge.shape().elements()).isGreaterThan(Integer.MAX_VALUE);
      int last = (int) (ROWS - 1);

      var kernels = new ScalarBackend().open();
      Tensor row = Tensor.floats(Shape.of(1, WIDTH), arena);
      kernels.embed(huge, new int[] {last}, row);
      float[] expected = new float[WIDTH];
      Formats.of(dtype).decode(small.data(), 2 * small.rowBytes(), expected, 0, WIDTH);
      assertThat(row.toFloats()).containsExactly(expected);

      Tensor gathered = Tensor.allocate(dtype, Shape.of(1, WIDTH), arena);
      kernels.gather(huge, new int[] {last}, gathered);
      assertThat(gathered.data().mismatch(huge.entry(last).data())).isEqualTo(-1);

      Tensor product = Tensor.floats(Shape.of(1, 3), arena);
      Tensor same = Tensor.floats(Shape.of(1, 3), arena);
      kernels.matmul(row, huge.entries(last - 2, 3), product);
      kernels.matmul(row, small, same);
      assertThat(product.toFloats()).containsExactly(same.toFloats());
    }
  }

  private Tensor withLastRows(Tensor rows, Arena arena) throws IOException {
    Shape shape = Shape.of(ROWS, WIDTH);
    long bytes = rows.dtype().bytes(shape.elements());
    Path file = folder.resolve("sparse");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      channel.write(rows.data().asByteBuffer(), bytes - rows.data().byteSize());
      return new Tensor(
          rows.dtype(), shape, channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena));
    }
  }
}
