/// A model's figures for Micrometer. The only package that refers to it: who does not use this one
/// needs no Micrometer.
@org.jspecify.annotations.NullMarked
package sirocco.metrics;
