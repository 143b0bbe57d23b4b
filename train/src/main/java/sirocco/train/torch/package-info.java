/// The bridge to libtorch: its start, and numbers going in and out of its tensors.
package sirocco.train.torch;
