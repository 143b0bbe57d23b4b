/// Few rows times one row of a matrix, for each type of weight: what a pass over one token does.
///
/// Each kernel reads its row once, turns a vector of levels into float32 weights in registers and
/// multiplies them with up to three rows of inputs at once. Inputs are never rounded. The kernels
/// hold for vectors of 128, 256 and 512 bits; only with 512 a table of 16 numbers fits a register.
///
/// Inside the lane loops the Vector API is called directly, even where a small method of our own
/// would read better: past 18,000 nodes (NodeCountInliningCutoff) C2 inlines nothing but what the
/// JDK itself marks, and a vector that meets a call is boxed, which costs a factor of 3 to 20. The
/// few helpers of [Lanes] are for the head of a loop's body. For the same reason a sum never starts
/// with a constant from a field.
@org.jspecify.annotations.NullMarked
package sirocco.cpu.rows;
