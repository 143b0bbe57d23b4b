/// Few rows times one row of a matrix, for each type of weight: what a pass over one token does.
///
/// Each kernel reads its row once, turns a vector of levels into float32 weights in registers and
/// multiplies them with up to three rows of inputs at once. Inputs are never rounded. The kernels
/// hold for vectors of 128, 256 and 512 bits; only with 512 a table of 16 numbers fits a register.
///
/// Loops stay small on purpose: a body that the compiler cannot inline wholly boxes its vectors and
/// is a hundred times slower, so that four steps written out lose to a loop over them.
@org.jspecify.annotations.NullMarked
package sirocco.cpu.rows;
