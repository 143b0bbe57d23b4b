/// Several processes that train one model: how they are started, watched and ended, and how they
/// add up their gradients.
package sirocco.train.ranks;
