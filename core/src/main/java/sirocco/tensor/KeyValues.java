package sirocco.tensor;

import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;

/// The keys and values of one layer of one session: a ring of slots, position p in slot `p mod
/// slots`, in blocks of memory.
public final class KeyValues {
  /// Slots in one block.
  public static final int BLOCK = 64;

  private final DType dtype;
  private final int heads;
  private final int headDim;
  private final int slots;
  private final Blocks blocks;

  /// Where the blocks lie. All that are asked for must be there.
  public interface Blocks {
    /// `[BLOCK, width]`
    Tensor keys(int block);

    /// `[BLOCK, width]`
    Tensor values(int block);
  }

  /// @param dtype F32, F16 or Q8_0
  /// @param heads G
  /// @param headDim d
  /// @param slots in the ring
  /// @param blocks have room for them
  public KeyValues(DType dtype, int heads, int headDim, int slots, Blocks blocks) {
    this.dtype = dtype;
    this.heads = heads;
    this.headDim = headDim;
    this.slots = slots;
    this.blocks = blocks;
  }

  /// Keys and values in memory of their own.
  ///
  /// @param arena owns the memory
  public static KeyValues allocate(
      DType dtype, int heads, int headDim, int slots, SegmentAllocator arena) {
    Shape shape = Shape.of(BLOCK, width(dtype, heads, headDim));
    List<Tensor> keys = new ArrayList<>();
    List<Tensor> values = new ArrayList<>();
    for (int slot = 0; slot < slots; slot += BLOCK) {
      keys.add(Tensor.allocate(dtype, shape, arena));
      values.add(Tensor.allocate(dtype, shape, arena));
    }
    var blocks =
        new Blocks() {
          @Override
          public Tensor keys(int block) {
            return keys.get(block);
          }

          @Override
          public Tensor values(int block) {
            return values.get(block);
          }
        };
    return new KeyValues(dtype, heads, headDim, slots, blocks);
  }

  public DType dtype() {
    return dtype;
  }

  /// G
  public int heads() {
    return heads;
  }

  /// d
  public int headDim() {
    return headDim;
  }

  /// Slots in the ring.
  public int slots() {
    return slots;
  }

  /// Numbers in a stored row: G d, rounded up to whole blocks of the type.
  public int width() {
    return width(dtype, heads, headDim);
  }

  /// The slot of a position.
  public int slot(int position) {
    return position % slots;
  }

  /// The block of keys that holds a slot: `[BLOCK, width]`; the slot is row `slot % BLOCK`.
  public Tensor keys(int slot) {
    return blocks.keys(slot / BLOCK);
  }

  /// The block of values that holds a slot.
  public Tensor values(int slot) {
    return blocks.values(slot / BLOCK);
  }

  /// Bytes that `slots` slots of keys and values take.
  public static long bytes(DType dtype, int heads, int headDim, long slots) {
    return 2 * slots * dtype.bytes(width(dtype, heads, headDim));
  }

  /// Numbers in a stored row: G d, rounded up to whole blocks of the type.
  public static int width(DType dtype, int heads, int headDim) {
    int width = Math.multiplyExact(heads, headDim);
    return Math.multiplyExact(Math.ceilDiv(width, dtype.blockElements()), dtype.blockElements());
  }
}
