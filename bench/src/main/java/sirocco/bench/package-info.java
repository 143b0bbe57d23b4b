/// JMH benchmarks of single kernels (docs/performance.md says how to run them). Fields are set up
/// by JMH, which no null checker knows of, so this package is not `@NullMarked`.
package sirocco.bench;
