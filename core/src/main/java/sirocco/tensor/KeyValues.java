package sirocco.tensor;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/// The keys and values of one layer of one session: a ring of slots, position p in slot `p mod
/// slots`, in blocks of memory that are taken when a slot in them is first needed.
public final class KeyValues {
  /// Slots in one block.
  public static final int BLOCK = 256;

  private final DType dtype;
  private final int heads;
  private final int headDim;
  private final int slots;
  private final Arena arena;
  private final List<Tensor> keys = new ArrayList<>();
  private final List<Tensor> values = new ArrayList<>();

  /// @param dtype F32, F16 or Q8_0
  /// @param heads G
  /// @param headDim d
  /// @param slots in the ring
  /// @param arena owns the memory
  public KeyValues(DType dtype, int heads, int headDim, int slots, Arena arena) {
    this.dtype = dtype;
    this.heads = heads;
    this.headDim = headDim;
    this.slots = slots;
    this.arena = arena;
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

  /// The block of keys that holds a slot: `[BLOCK, width]`, fewer rows in the last; the slot is row
  /// `slot % BLOCK`.
  public Tensor keys(int slot) {
    return block(keys, slot);
  }

  /// The block of values that holds a slot.
  public Tensor values(int slot) {
    return block(values, slot);
  }

  /// Bytes that `slots` slots of keys and values take.
  public static long bytes(DType dtype, int heads, int headDim, long slots) {
    return 2 * slots * dtype.bytes(width(dtype, heads, headDim));
  }

  private static int width(DType dtype, int heads, int headDim) {
    int width = Math.multiplyExact(heads, headDim);
    return Math.multiplyExact(Math.ceilDiv(width, dtype.blockElements()), dtype.blockElements());
  }

  private Tensor block(List<Tensor> blocks, int slot) {
    while (blocks.size() <= slot / BLOCK) {
      int rows = Math.min(BLOCK, slots - blocks.size() * BLOCK);
      blocks.add(Tensor.allocate(dtype, Shape.of(rows, width()), arena));
    }
    return blocks.get(slot / BLOCK);
  }
}
