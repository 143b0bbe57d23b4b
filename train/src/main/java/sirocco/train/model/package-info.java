/// Mixtral and Mistral with gradients: the same arithmetic as `sirocco.model`, on libtorch's
/// autograd, reading and writing the same checkpoints.
package sirocco.train.model;
